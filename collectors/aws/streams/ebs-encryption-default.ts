import { defineStream, onlyPage, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const EbsEncryptionDefaultRecord = z.strictObject({
  region: z.string(),
  encrypted: z.boolean(),
})
export type EbsEncryptionDefaultRecord = z.output<typeof EbsEncryptionDefaultRecord>

export const ebsEncryptionDefault = defineStream({
  id: 'aws.ebs-encryption-default',
  version: 1,
  title: 'Whether new volumes of a region are encrypted',
  record: EbsEncryptionDefaultRecord,
  appliesTo: [REGION],
  key: (record) => record.region,
  permissions: [allow('ec2:GetEbsEncryptionByDefault', 'Shows whether new volumes are encrypted.')],
  reproduce: inRegion('aws ec2 get-ebs-encryption-by-default'),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const { EbsEncryptionByDefault } = await place.call('ec2', 'GetEbsEncryptionByDefault', {})
    const record = { region: place.region, encrypted: given(EbsEncryptionByDefault, 'EbsEncryptionByDefault') }
    yield onlyPage([record satisfies EbsEncryptionDefaultRecord])
  },
})
