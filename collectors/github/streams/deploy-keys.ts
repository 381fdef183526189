import { defineStream, DeniedError, observedOf, quoted, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { pathOf } from '../listing.ts'
import { everyRepository, metadata } from '../permissions.ts'
import { securityAdministration as permission } from '../security/permissions.ts'
import { estimateForEach, nameUnlessAddress, readEach, readingFields, Time } from '../security/reading.ts'
import type { Session } from '../session.ts'

const DeployKey = z.strictObject({
  id: z.int(),
  /** `null` if it looks like an address (`jo@laptop`). */
  title: z.string().nullable(),
  readOnly: z.boolean(),
  createdAt: z.iso.datetime(),
  /** `null`: never, or not told. */
  lastUsed: z.iso.datetime().nullable(),
  addedBy: z.string().nullable(),
})
export type DeployKey = z.output<typeof DeployKey>

export const DeployKeysRecord = z.strictObject({
  ...readingFields,
  /** `null` when not read. The keys themselves are not written. */
  keys: observedOf(z.array(DeployKey)).nullable(),
})
export type DeployKeysRecord = z.output<typeof DeployKeysRecord>

/** https://docs.github.com/en/rest/deploy-keys/deploy-keys#list-deploy-keys */
const KeyAnswer = z.object({
  id: z.int(),
  title: told(z.string()),
  read_only: z.boolean(),
  created_at: Time,
  last_used: told(Time),
  added_by: told(z.string()),
})

export const deployKeys = defineStream({
  id: 'github.deploy-keys',
  version: 1,
  title: 'Deploy keys of each repository',
  record: DeployKeysRecord,
  key: ({ repository }) => repository,
  permissions: [metadata, permission, everyRepository],
  redact: { 'keys.value.*.addedBy': 'pseudonym' },
  estimate: estimateForEach(1),
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/repos`)} --jq '.[].full_name' | xargs -I{} gh api --paginate /repos/{}/keys`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    yield* readEach(at, reader, { keys: null }, async (repository) => ({
      keys: await reader.observe(`${repository.full_name}: deploy keys`, async () => {
        const keys = await at.client.all('/repos/{owner}/{repo}/keys', pathOf(repository), KeyAnswer, {
          permission: permission.name,
          explain: ({ status }) =>
            status === 404
              ? new DeniedError(`${repository.full_name}: GitHub hides deploy keys (404); grant ${permission.name}`, {
                  status,
                  permission: permission.name,
                })
              : undefined,
        })
        return keys
          .map(
            (key): DeployKey => ({
              id: key.id,
              title: nameUnlessAddress(key.title),
              readOnly: key.read_only,
              createdAt: key.created_at,
              lastUsed: key.last_used,
              addedBy: key.added_by,
            }),
          )
          .sort((a, b) => a.id - b.id)
      }),
    }))
  },
})
