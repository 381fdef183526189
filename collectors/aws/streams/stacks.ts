import { defineStream, observedOf, type Observed, type Reader, z } from 'affiant/sdk'
import { drifts, stacks as permission } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { Labels, labelsOf } from '../data/labels.ts'
import { eachOf, list, listAll, pagesOf } from '../paging.ts'
import { type Place, REGION, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { inRegion } from '../in-region.ts'

const DriftedResource = z.strictObject({
  logicalId: z.string(),
  type: z.string(),
  /** `MODIFIED` or `DELETED`. */
  status: z.string(),
})
type DriftedResource = z.output<typeof DriftedResource>

export const StackRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  id: z.string(),
  name: z.string(),
  /** Id of the stack it is nested in. */
  parent: z.string().nullable(),
  status: z.string(),
  labels: Labels,
  /** `IN_SYNC`, `DRIFTED`, `NOT_CHECKED` or `UNKNOWN`: what the last search found, not what is so now. */
  drift: z.string(),
  driftChecked: z.string().nullable(),
  /** The resources that drifted, of a stack that did. */
  drifted: observedOf(z.array(DriftedResource)),
})
export type StackRecord = z.output<typeof StackRecord>

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export const stacks = defineStream({
  id: 'aws.stacks',
  version: 1,
  title: 'CloudFormation stacks and whether what they made is still as it was',
  record: StackRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  appliesTo: [REGION],
  permissions: [permission, drifts],
  reproduce: inRegion('aws cloudformation describe-stacks'),
  async *collect(session: Session, scope, reader: Reader) {
    const place = await session.in(scope)
    const pages = list(
      (NextToken) => place.call('cloudformation', 'DescribeStacks', { NextToken }),
      (answer) => ({ items: given(answer.Stacks, 'Stacks'), next: answer.NextToken }),
    )
    yield* pagesOf(pages, (items) =>
      eachOf(items, 4, async ({ StackName: name = '', StackId: id = name, ...stack }): Promise<StackRecord> => {
        const drift = stack.DriftInformation?.StackDriftStatus ?? 'NOT_CHECKED'
        return {
          account: place.account,
          region: place.region,
          id,
          name,
          parent: stack.ParentId ?? null,
          status: given(stack.StackStatus, 'StackStatus'),
          labels: labelsOf(given(stack.Tags, 'Tags')),
          drift,
          driftChecked: timeOf(stack.DriftInformation?.LastCheckTimestamp),
          drifted: drift === 'DRIFTED' ? await driftedOf(place, id, name, reader) : { state: 'absent' },
        }
      }),
    )
  },
})

function driftedOf(place: Place, id: string, name: string, reader: Reader): Promise<Observed<DriftedResource[]>> {
  return reader.observe(`${name}: drift of resources`, async () => {
    const found = await listAll(
      (NextToken) =>
        place.call('cloudformation', 'DescribeStackResourceDrifts', {
          StackName: id,
          StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
          MaxResults: 100,
          NextToken,
        }),
      (answer) => ({ items: given(answer.StackResourceDrifts, 'StackResourceDrifts'), next: answer.NextToken }),
    )
    return found.map(
      ({ LogicalResourceId: logicalId = '', ResourceType: type = '', StackResourceDriftStatus: status }) => ({
        logicalId,
        type,
        status: status ?? '',
      }),
    )
  })
}
