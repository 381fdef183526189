import { defineStream, observedOf, onlyPage, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { wholeListOf } from '../lists.ts'
import { allow } from '../permissions.ts'
import { hubIn } from '../data/security-hub.ts'
import { inRegion } from '../in-region.ts'
import { REGION, type Session } from '../session.ts'

export const SecurityHubRecord = z.strictObject({
  region: z.string(),
  /** ARN of the hub; `absent`: Security Hub is not turned on here. */
  hub: observedOf(z.string()),
  /** Standards that are switched on, by ARN; sorted. `READY`, `PENDING`, `INCOMPLETE`, `FAILED` … */
  standards: z.array(z.strictObject({ arn: z.string(), status: z.string() })),
})
export type SecurityHubRecord = z.output<typeof SecurityHubRecord>

export const securityHub = defineStream({
  id: 'aws.security-hub',
  version: 1,
  title: 'Whether Security Hub is on in a region, with its standards',
  record: SecurityHubRecord,
  appliesTo: [REGION],
  key: (record) => record.region,
  permissions: [
    allow('securityhub:DescribeHub', 'Shows whether Security Hub is on.'),
    allow('securityhub:GetEnabledStandards', 'Shows which standards are on.'),
  ],
  reproduce: inRegion('aws securityhub describe-hub; aws securityhub get-enabled-standards'),
  async *collect(session: Session, scope, reader) {
    const place = await session.in(scope)
    const hub = await reader.observe('Security Hub', () => hubIn(place), { absentOn: 'not-found' })
    const standards =
      hub.state === 'observed'
        ? await wholeListOf('StandardsSubscriptions', async (NextToken) => {
            const answer = await place.call('securityhub', 'GetEnabledStandards', { MaxResults: 100, NextToken })
            return { items: answer.StandardsSubscriptions, next: answer.NextToken }
          })
        : []
    const record: SecurityHubRecord = {
      region: place.region,
      hub,
      standards: standards
        .map(({ StandardsArn, StandardsStatus }) => ({
          arn: given(StandardsArn, 'StandardsArn'),
          status: given(StandardsStatus, 'StandardsStatus') as string,
        }))
        .sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    }
    yield onlyPage([record])
  },
})
