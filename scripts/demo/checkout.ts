import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Whether the project's own folder is a git repository that can be read, and if not, why. */
export type Checkout = { readable: true; shallow: boolean } | { readable: false; why: string }

/** Looks at the folder itself only: a repository it happens to lie in is somebody else's. */
export function findCheckout(root: string): Checkout {
  if (!existsSync(join(root, '.git'))) return { readable: false, why: 'this copy of the project is no git repository' }
  const git = (...args: string[]) => spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' })
  const head = git('rev-parse', '--verify', '--quiet', 'HEAD')
  if (head.error !== undefined) return { readable: false, why: 'git is not installed' }
  if (head.status === 1) return { readable: false, why: 'it has no commits yet' }
  if (head.status !== 0) return { readable: false, why: 'git refuses to read it as this user' }
  return { readable: true, shallow: git('rev-parse', '--is-shallow-repository').stdout.trim() === 'true' }
}
