import { defineStream, type Observed, observedOf, type Reader, z } from 'affiant/sdk'
import { instanceInformation as permission, patchStates } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { list, listAll, pagesOf } from '../paging.ts'
import { type Place, REGION, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { inRegion } from '../in-region.ts'

const PatchState = z.strictObject({
  /** Patches that are not there or whose installation failed. */
  missing: z.int(),
  failed: z.int(),
  criticalMissing: z.int(),
  securityMissing: z.int(),
  /** `Scan` or `Install`. */
  operation: z.string().nullable(),
  operationEnded: z.string().nullable(),
})

export const ManagedInstanceRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  instance: z.string(),
  /** `EC2Instance`, or `ManagedInstance` for a machine elsewhere. */
  type: z.string().nullable(),
  /** `Online`, `ConnectionLost` or `Inactive`. */
  ping: z.string().nullable(),
  platform: z.string().nullable(),
  /** Absent: patches were never looked for. */
  patches: observedOf(PatchState),
})
export type ManagedInstanceRecord = z.output<typeof ManagedInstanceRecord>

/** DescribeInstancePatchStates takes no more ids at once. */
const BATCH = 50

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html */
export const managedInstances = defineStream({
  id: 'aws.managed-instances',
  version: 1,
  title: 'Instances that Systems Manager manages, and the patches they lack',
  record: ManagedInstanceRecord,
  key: (record) => record.instance,
  appliesTo: [REGION],
  permissions: [permission, patchStates],
  reproduce: inRegion(
    'aws ssm describe-instance-information; aws ssm describe-instance-patch-states --instance-ids "$ID"',
  ),
  async *collect(session: Session, scope, reader: Reader) {
    const place = await session.in(scope)
    const pages = list(
      (NextToken) => place.call('ssm', 'DescribeInstanceInformation', { MaxResults: BATCH, NextToken }),
      (answer) => ({ items: given(answer.InstanceInformationList, 'InstanceInformationList'), next: answer.NextToken }),
    )
    yield* pagesOf(pages, async (items) => {
      if (items.length === 0) return []
      const ids = items.map(({ InstanceId }) => given(InstanceId, 'InstanceId'))
      const states = await reader.observe(`${place.region}: patches of ${ids.length} instances`, () =>
        statesOf(place, ids),
      )
      return items.map(
        ({ InstanceId, ...info }): ManagedInstanceRecord => ({
          account: place.account,
          region: place.region,
          instance: given(InstanceId, 'InstanceId'),
          type: info.ResourceType ?? null,
          ping: info.PingStatus ?? null,
          platform: info.PlatformType ?? null,
          patches: patchesOf(states, given(InstanceId, 'InstanceId')),
        }),
      )
    })
  },
})

type States = ReadonlyMap<string, z.output<typeof PatchState>>

function patchesOf(states: Observed<States>, instance: string): ManagedInstanceRecord['patches'] {
  if (states.state !== 'observed') return states
  const value = states.value.get(instance)
  return value === undefined ? { state: 'absent' } : { state: 'observed', value }
}

async function statesOf(place: Place, InstanceIds: string[]): Promise<States> {
  const found = await listAll(
    (NextToken) => place.call('ssm', 'DescribeInstancePatchStates', { InstanceIds, MaxResults: 100, NextToken }),
    (answer) => ({ items: given(answer.InstancePatchStates, 'InstancePatchStates'), next: answer.NextToken }),
  )
  return new Map(
    found.map((state) => {
      const missing = given(state.MissingCount, 'MissingCount')
      return [
        given(state.InstanceId, 'InstanceId'),
        {
          missing,
          failed: given(state.FailedCount, 'FailedCount'),
          // Where AWS does not tell how bad the missing ones are, they are taken for bad.
          criticalMissing: state.CriticalNonCompliantCount ?? missing,
          securityMissing: state.SecurityNonCompliantCount ?? missing,
          operation: state.Operation ?? null,
          operationEnded: timeOf(state.OperationEndTime),
        },
      ] as const
    }),
  )
}
