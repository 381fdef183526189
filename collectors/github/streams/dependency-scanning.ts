import { defineStream, DeniedError, NotFoundError, observedOf, quoted, type Reader, z } from 'affiant/sdk'
import { access } from '../access.ts'
import { type ListedRepository, pathOf } from '../listing.ts'
import { everyRepository, metadata } from '../permissions.ts'
import { securityAdministration as permission } from '../security/permissions.ts'
import { estimateForEach, readEach, readingFields } from '../security/reading.ts'
import type { Organization, Session } from '../session.ts'

export const DependencyScanningRecord = z.strictObject({
  ...readingFields,
  /** Whether GitHub alerts about vulnerable dependencies: `absent` where it is off, `null` when not read. */
  alerts: observedOf(z.literal('on')).nullable(),
})
export type DependencyScanningRecord = z.output<typeof DependencyScanningRecord>

/** 204 has no body. */
const Nothing = z.union([z.undefined(), z.null(), z.literal('')])

/**
 * 404 says "off" to administrators, and hides the answer from everybody else:
 * https://docs.github.com/en/rest/repos/repos#check-if-vulnerability-alerts-are-enabled-for-a-repository
 */
async function alertsOf(at: Organization, repository: ListedRepository, reader: Reader) {
  return reader.observe(
    `${repository.full_name}: dependency alerts`,
    async (): Promise<'on'> => {
      await at.client.get('/repos/{owner}/{repo}/vulnerability-alerts', pathOf(repository), Nothing, {
        permission: permission.name,
        explain({ status, message }) {
          if (status !== 404) return undefined
          if (administers(at) && /\bdisabled\b/i.test(message)) {
            return new NotFoundError(`${repository.full_name}: dependency alerts are off`, { status })
          }
          return new DeniedError(
            `${repository.full_name}: GitHub hides whether dependencies are scanned (404); grant ${permission.name}`,
            { status, permission: permission.name },
          )
        },
      })
      return 'on'
    },
    { absentOn: 'not-found' },
  )
}

/** An owner or an app whose rights, where GitHub tells them, include this one. */
function administers({ standing, principal }: Organization): boolean {
  if (standing.kind !== 'owner' && standing.kind !== 'app') return false
  return principal.granted === undefined || access.includes?.(principal.granted, permission.name) === true
}

export const dependencyScanning = defineStream({
  id: 'github.dependency-scanning',
  version: 1,
  title: 'Whether the dependencies of each repository are scanned',
  record: DependencyScanningRecord,
  key: ({ repository }) => repository,
  permissions: [metadata, permission, everyRepository],
  estimate: estimateForEach(1),
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/repos`)} --jq '.[].full_name' | xargs -I{} gh api -i /repos/{}/vulnerability-alerts`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    yield* readEach(at, reader, { alerts: null }, async (repository) => ({
      alerts: await alertsOf(at, repository, reader),
    }))
  },
})
