import type { SourceIdentity } from 'affiant/sdk'
import type { Repository, Session } from './client.ts'

/**
 * The source is the set of its repositories, and a repository is known by the root of its history: the identity is a
 * SHA-256 over the sorted roots. A repository that cannot be read, is empty or is shallow has none and is left to fail
 * or to be judged on its own.
 * @throws ReadError of the first repository, if none can be read
 */
export async function identify(session: Session): Promise<SourceIdentity> {
  const repositories = [...session.repositories.values()]
  const roots: (string | null)[] = []
  let firstError: unknown
  let readable = 0
  for (const repository of repositories) {
    try {
      roots.push(await repository.root())
      readable += 1
    } catch (error) {
      firstError ??= error
    }
  }
  if (readable === 0) throw firstError
  const known = roots.filter((root) => root !== null).sort()
  return {
    id: `sha256:${await sha256(known.map((root) => `${root}\n`).join(''))}`,
    name: nameOf(repositories),
    principal: { kind: 'anonymous', name: 'local git' },
  }
}

function nameOf(repositories: readonly Repository[]): string {
  const [first, ...others] = repositories
  return others.length === 0 && first ? first.name : `${repositories.length} repositories`
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
