import { defineStream, NotFoundError, observedOf, onlyPage, UnavailableError, z } from 'affiant/sdk'
import { textOf } from '../answers.ts'
import { awsCode } from '../errors.ts'
import { given } from '../given.ts'
import { allow } from '../permissions.ts'
import { detectorIn } from '../data/guardduty.ts'
import { inRegion } from '../in-region.ts'
import { type Place, REGION, type Session } from '../session.ts'

export const GuardDutyRecord = z.strictObject({
  region: z.string(),
  /** `null`: GuardDuty was never turned on here. */
  detector: z
    .strictObject({
      id: z.string(),
      /** `ENABLED` or `DISABLED`. */
      status: z.string(),
      frequency: z.string().nullable(),
      /** Protection plans by name (`S3_DATA_EVENTS`, `EKS_AUDIT_LOGS` …); sorted. */
      plans: z.array(z.strictObject({ name: z.string(), status: z.string() })),
      /** Of new accounts: `ALL`, `NEW` or `NONE`. `absent`: only the administrator's account is told. */
      autoEnable: observedOf(z.string()),
    })
    .nullable(),
})
export type GuardDutyRecord = z.output<typeof GuardDutyRecord>

async function autoEnableOf(place: Place, DetectorId: string): Promise<string> {
  try {
    const answer = await place.call('guardduty', 'DescribeOrganizationConfiguration', { DetectorId })
    return answer.AutoEnableOrganizationMembers ?? (given(answer.AutoEnable, 'AutoEnable') ? 'NEW' : 'NONE')
  } catch (error) {
    // The detector is known, so a bad request means that this account does not administer GuardDuty for others. Nothing else does.
    if (awsCode(error) === 'BadRequestException') {
      throw new NotFoundError('this account is not the administrator of GuardDuty', { cause: error, status: 400 })
    }
    throw error instanceof NotFoundError ? new UnavailableError(error.message, { cause: error }) : error
  }
}

export const guardDuty = defineStream({
  id: 'aws.guardduty',
  version: 1,
  title: 'Whether GuardDuty is on in a region, with its protection plans',
  record: GuardDutyRecord,
  appliesTo: [REGION],
  key: (record) => record.region,
  permissions: [
    allow('guardduty:ListDetectors', 'Shows whether GuardDuty is on.'),
    allow('guardduty:GetDetector', 'Shows the protection plans.'),
    allow('guardduty:DescribeOrganizationConfiguration', 'Shows whether it is turned on in new accounts.'),
  ],
  reproduce: inRegion('aws guardduty list-detectors; aws guardduty get-detector --detector-id ID'),
  async *collect(session: Session, scope, reader) {
    const place = await session.in(scope)
    const id = await detectorIn(place)
    if (id === undefined) {
      yield onlyPage([{ region: place.region, detector: null } satisfies GuardDutyRecord])
      return
    }
    const detector = await place.call('guardduty', 'GetDetector', { DetectorId: id })
    const plans = (detector.Features ?? []).map(({ Name, Status }) => ({
      name: given(Name, 'Name') as string,
      status: given(Status, 'Status') as string,
    }))
    const record: GuardDutyRecord = {
      region: place.region,
      detector: {
        id,
        status: given(detector.Status, 'Status'),
        frequency: textOf(detector.FindingPublishingFrequency),
        plans: plans.sort((a, b) => (a.name < b.name ? -1 : 1)),
        autoEnable: await reader.observe('GuardDuty: organisation', () => autoEnableOf(place, id), {
          absentOn: 'not-found',
        }),
      },
    }
    yield onlyPage([record])
  },
})
