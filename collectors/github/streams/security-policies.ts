import { defineStream, DeniedError, type Observed, observedOf, quoted, type Reader, z } from 'affiant/sdk'
import { type RepositoryAnswer } from '../answers.ts'
import { pathOf } from '../listing.ts'
import { contents, everyRepository, metadata } from '../permissions.ts'
import { readEach, readingFields } from '../security/reading.ts'
import type { Organization, Session } from '../session.ts'

/** Where GitHub looks, in its order: https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions/creating-a-default-community-health-file */
const PLACES = ['.github/SECURITY.md', 'SECURITY.md', 'docs/SECURITY.md']

export const SecurityPolicyRecord = z.strictObject({
  ...readingFields,
  public: z.boolean(),
  /** Path of the file; of the organisation's default, with its repository. `absent` if there is none, `null` when not read. */
  policy: observedOf(z.string()).nullable(),
})
export type SecurityPolicyRecord = z.output<typeof SecurityPolicyRecord>

const FileAnswer = z.object({ type: z.literal('file'), path: z.string() })

type Policy = Observed<string>

async function policyIn(at: Organization, full_name: string, reader: Reader): Promise<Policy> {
  for (const path of PLACES) {
    const subject = `${full_name}: ${path}`
    // The name of a path is part of the route: its slashes are not to be encoded.
    const found = await reader.observe(
      subject,
      () =>
        at.client.get(`/repos/{owner}/{repo}/contents/${path}`, pathOf({ full_name }), FileAnswer, {
          permission: contents.name,
          explain: ({ status, message }) =>
            status === 404 && !/^(?:not found|this repository is empty)/i.test(message)
              ? new DeniedError(`${subject}: GitHub hides it (404); grant ${contents.name}`, {
                  status,
                  permission: contents.name,
                })
              : undefined,
        }),
      { absentOn: 'not-found' },
    )
    if (found.state === 'observed') return { state: 'observed', value: found.value.path }
    if (found.state === 'unknown') return found
  }
  return { state: 'absent' }
}

/** That of a repository `.github` that is not public holds for no other. */
async function policyOfOrganization(at: Organization, full_name: string, reader: Reader): Promise<Policy> {
  const found = await reader.observe(
    full_name,
    () =>
      at.client.get('/repos/{owner}/{repo}', pathOf({ full_name }), z.object({ private: z.boolean() }), {
        permission: metadata.name,
      }),
    { absentOn: 'not-found' },
  )
  if (found.state === 'unknown') return found
  return found.state === 'observed' && !found.value.private ? policyIn(at, full_name, reader) : { state: 'absent' }
}

/** Public repositories without a policy of their own have that of the organisation's public repository `.github`. */
function policies(at: Organization, reader: Reader) {
  const name = `${at.organization}/.github`
  let shared: Promise<Policy> | undefined
  return async (repository: RepositoryAnswer): Promise<Policy> => {
    const own = await policyIn(at, repository.full_name, reader)
    if (own.state !== 'absent' || repository.full_name === name) return own
    shared ??= policyOfOrganization(at, name, reader)
    const common = await shared
    return common.state === 'observed' ? { state: 'observed', value: `${name}/${common.value}` } : common
  }
}

export const securityPolicies = defineStream({
  id: 'github.security-policies',
  version: 1,
  title: 'Whether public repositories say how to report a weakness',
  record: SecurityPolicyRecord,
  key: ({ repository }) => repository,
  permissions: [metadata, contents, everyRepository],
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/repos?type=public`)} --jq '.[].full_name' | xargs -I{} gh api '/repos/{}/contents/SECURITY.md'`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    const policyOf = policies(at, reader)
    const nothing: { public: boolean; policy: Policy | null } = { public: false, policy: null }
    yield* readEach(at, reader, nothing, async (repository) => ({
      public: !repository.private,
      policy: repository.private ? null : await policyOf(repository),
    }))
  },
})
