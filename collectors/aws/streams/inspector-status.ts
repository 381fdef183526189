import { defineStream, DeniedError, InvalidError, onlyPage, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const InspectorStatusRecord = z.strictObject({
  region: z.string(),
  /** `ENABLED`, `DISABLED`, `SUSPENDED` … */
  status: z.string(),
  /** Of each type of scan, likewise. */
  ec2: z.string(),
  ecr: z.string(),
  lambda: z.string().nullable(),
})
export type InspectorStatusRecord = z.output<typeof InspectorStatusRecord>

export const inspectorStatus = defineStream({
  id: 'aws.inspector-status',
  version: 1,
  title: 'Whether Inspector is on in a region, by type of scan',
  record: InspectorStatusRecord,
  appliesTo: [REGION],
  key: (record) => record.region,
  permissions: [allow('inspector2:BatchGetAccountStatus', 'Shows whether Inspector is on.')],
  reproduce: inRegion('aws inspector2 batch-get-account-status'),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const answer = await place.call('inspector2', 'BatchGetAccountStatus', { accountIds: [place.account] })
    const [failed] = answer.failedAccounts ?? []
    if (failed !== undefined) {
      const message = `Inspector did not tell its status in ${place.region}: ${given(failed.errorCode, 'errorCode')}`
      throw failed.errorCode === 'ACCESS_DENIED'
        ? new DeniedError(message, { permission: 'inspector2:BatchGetAccountStatus' })
        : new InvalidError(message)
    }
    const own = given(answer.accounts, 'accounts').find(({ accountId }) => accountId === place.account)
    const { state, resourceState } = given(own, 'status of the account')
    const scans = given(resourceState, 'resourceState')
    const record: InspectorStatusRecord = {
      region: place.region,
      status: given(state?.status, 'status'),
      ec2: given(scans.ec2?.status, 'ec2.status'),
      ecr: given(scans.ecr?.status, 'ecr.status'),
      lambda: scans.lambda?.status ?? null,
    }
    yield onlyPage([record])
  },
})
