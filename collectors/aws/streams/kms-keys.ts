import { defineStream, observedOf, type Reader, z } from 'affiant/sdk'
import { timeOf } from '../answers.ts'
import { given, markerOf } from '../given.ts'
import { PolicyStatement, statementsOf } from '../identity/iam-policy.ts'
import { kmsKey, kmsKeys as permission, kmsPolicy, kmsRotation } from '../identity/permissions.ts'
import { inRegion } from '../in-region.ts'
import { eachOf, list, pagesOf } from '../paging.ts'
import { type Place, REGION, type Session } from '../session.ts'

const KeyDetail = z.strictObject({
  /** `CUSTOMER`, or `AWS` for keys a service of AWS keeps. */
  manager: z.string(),
  /** `Enabled`, `Disabled`, `PendingDeletion` … */
  state: z.string(),
  /** `SYMMETRIC_DEFAULT`, `RSA_2048`, `HMAC_256` … */
  spec: z.string(),
  /** `AWS_KMS`, `EXTERNAL` (imported), `AWS_CLOUDHSM` or `EXTERNAL_KEY_STORE`. */
  origin: z.string(),
  usage: z.string().nullable(),
  /** `PRIMARY` or `REPLICA`; `null`: the key is of one region. */
  multiRegion: z.string().nullable(),
  created: z.iso.datetime().nullable(),
  deletion: z.iso.datetime().nullable(),
})

export const KmsKeyRecord = z.strictObject({
  id: z.string(),
  arn: z.string(),
  /** Unknown: the policy of the key shuts us out. */
  detail: observedOf(KeyDetail),
  /** `null`: a key of this kind cannot rotate, or AWS decides. */
  rotation: observedOf(z.strictObject({ enabled: z.boolean(), periodDays: z.int().nullable() })).nullable(),
  /** `null` of keys that AWS manages. */
  policy: observedOf(z.array(PolicyStatement)).nullable(),
})
export type KmsKeyRecord = z.output<typeof KmsKeyRecord>
type KeyDetail = z.output<typeof KeyDetail>

/** Keys that are read at the same time. */
const WIDTH = 8

/**
 * Automatic rotation is for symmetric keys whose material AWS made; a replica follows its primary.
 * https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
export function canRotate({ manager, spec, origin, state }: KeyDetail): boolean {
  return manager === 'CUSTOMER' && spec === 'SYMMETRIC_DEFAULT' && origin === 'AWS_KMS' && state === 'Enabled'
}

async function detailOf(place: Place, KeyId: string): Promise<KeyDetail> {
  const { KeyMetadata } = await place.call('kms', 'DescribeKey', { KeyId })
  const key = given(KeyMetadata, 'KeyMetadata')
  return {
    manager: given(key.KeyManager, 'KeyManager'),
    state: given(key.KeyState, 'KeyState'),
    spec: given(key.KeySpec, 'KeySpec'),
    origin: given(key.Origin, 'Origin'),
    usage: key.KeyUsage ?? null,
    multiRegion: key.MultiRegionConfiguration?.MultiRegionKeyType ?? null,
    created: timeOf(key.CreationDate),
    deletion: timeOf(key.DeletionDate),
  }
}

async function recordOf(place: Place, id: string, arn: string, reader: Reader): Promise<KmsKeyRecord> {
  const gone = { absentOn: 'not-found' as const }
  const detail = await reader.observe(`key ${id}`, () => detailOf(place, id), gone)
  if (detail.state !== 'observed' || detail.value.manager !== 'CUSTOMER') {
    return { id, arn, detail, rotation: null, policy: null }
  }
  const readRotation = async () => {
    const answer = await place.call('kms', 'GetKeyRotationStatus', { KeyId: id })
    const enabled = given(answer.KeyRotationEnabled, 'KeyRotationEnabled')
    return { enabled, periodDays: answer.RotationPeriodInDays ?? null }
  }
  const readPolicy = async () => {
    const { Policy } = await place.call('kms', 'GetKeyPolicy', { KeyId: id, PolicyName: 'default' })
    return statementsOf(given(Policy, 'Policy'), `key ${id}`)
  }
  return {
    id,
    arn,
    detail,
    rotation: canRotate(detail.value) ? await reader.observe(`rotation of key ${id}`, readRotation) : null,
    policy: await reader.observe(`policy of key ${id}`, readPolicy),
  }
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html */
export const kmsKeys = defineStream({
  id: 'aws.kms-keys',
  version: 1,
  title: 'Keys of KMS: kind, state, rotation and who may use them',
  record: KmsKeyRecord,
  key: (record) => record.id,
  permissions: [permission, kmsKey, kmsRotation, kmsPolicy],
  redact: {
    'policy.value.*.principals.*.user': 'pseudonym',
    'policy.value.*.notPrincipals.*.user': 'pseudonym',
  },
  appliesTo: [REGION],
  reproduce: inRegion(
    'aws kms list-keys, then aws kms describe-key, get-key-rotation-status and get-key-policy --policy-name default for each',
  ),
  async *collect(session: Session, scope, reader) {
    const place = await session.in(scope)
    const answers = list(
      (Marker) => place.call('kms', 'ListKeys', { Limit: 1000, Marker }),
      (answer) => ({ items: given(answer.Keys, 'Keys'), next: markerOf(answer.Truncated, answer.NextMarker) }),
    )
    yield* pagesOf(answers, (keys) =>
      eachOf(keys, WIDTH, ({ KeyId, KeyArn }) =>
        recordOf(place, given(KeyId, 'KeyId'), given(KeyArn, 'KeyArn'), reader),
      ),
    )
  },
})
