import { defineStream, observedOf, onlyPage, type Reader, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { trailKey as permission, trails } from '../logging/permissions.ts'
import { REGION, type Session } from '../session.ts'
import { isAtHome, readTrails } from './trails.ts'

export const TrailKeyRecord = z.strictObject({
  account: z.string(),
  /** ARN of the trail. */
  trail: z.string(),
  trailName: z.string(),
  /** ARN of its key; `null`: the trail has none. */
  key: z.string().nullable(),
  /** State of the key such as `Enabled`, and who manages it: `CUSTOMER` or `AWS`. Absent where there is no key. */
  state: observedOf(z.strictObject({ state: z.string(), manager: z.string().nullable() })),
})
export type TrailKeyRecord = z.output<typeof TrailKeyRecord>

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export const trailKeys = defineStream({
  id: 'aws.trail-keys',
  version: 1,
  title: 'The keys that trails are encrypted with',
  record: TrailKeyRecord,
  key: (record) => record.trail,
  label: (record) => record.trailName,
  appliesTo: [REGION],
  permissions: [permission, trails],
  reproduce: inRegion('aws cloudtrail describe-trails; aws kms describe-key --key-id "$KEY"'),
  async *collect(session: Session, scope, reader: Reader) {
    const place = await session.in(scope)
    const records: TrailKeyRecord[] = []
    for (const { account, arn: trail, name: trailName, key, ...rest } of (await readTrails(place)).filter(isAtHome)) {
      const state =
        key === null
          ? ({ state: 'absent' } as const)
          : await reader.observe(`${rest.region}: key of trail ${trailName}`, async () => {
              const { KeyMetadata: found } = await place.call('kms', 'DescribeKey', { KeyId: key })
              const { KeyState, KeyManager } = given(found, 'KeyMetadata')
              return { state: given(KeyState, 'KeyState'), manager: given(KeyManager, 'KeyManager') }
            })
      records.push({ account, trail, trailName, key, state })
    }
    yield onlyPage(records)
  },
})
