import { defineStream, observedOf, onlyPage, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { organizationFeatures as permission } from '../identity/permissions.ts'
import { ORGANIZATION, type Session } from '../session.ts'

export const RootManagementRecord = z.strictObject({
  organization: z.string(),
  /** `RootCredentialsManagement` and `RootSessions`, where they are on. */
  features: observedOf(z.array(z.string())),
})
export type RootManagementRecord = z.output<typeof RootManagementRecord>

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html */
export const rootManagement = defineStream({
  id: 'aws.root-management',
  version: 1,
  title: 'Whether root credentials of member accounts are managed centrally',
  record: RootManagementRecord,
  key: (record) => record.organization,
  permissions: [permission],
  appliesTo: [ORGANIZATION],
  reproduce: () => 'aws iam list-organizations-features',
  async *collect(session: Session, scope, reader) {
    const place = await session.in(scope)
    // AWS says "not found" of an organisation that never let IAM see its accounts.
    const read = async () => {
      const { EnabledFeatures } = await place.call('iam', 'ListOrganizationsFeatures', {})
      return [...given(EnabledFeatures, 'EnabledFeatures')].sort() as string[]
    }
    const features = await reader.observe('central management of root credentials', read, { absentOn: 'not-found' })
    yield onlyPage([{ organization: scope.id, features } satisfies RootManagementRecord])
  },
})
