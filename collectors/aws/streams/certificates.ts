import { defineStream, z } from 'affiant/sdk'
import type { InputOf } from '../clients/index.ts'
import { timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { certificates as permission } from '../identity/permissions.ts'
import { inRegion } from '../in-region.ts'
import { list, pagesOf } from '../paging.ts'
import { REGION, type Session } from '../session.ts'

const time = z.iso.datetime().nullable()

export const CertificateRecord = z.strictObject({
  arn: z.string(),
  domain: z.string().nullable(),
  /** `ISSUED`, `EXPIRED`, `PENDING_VALIDATION` … */
  status: z.string(),
  /** `AMAZON_ISSUED`, `IMPORTED` or `PRIVATE`. */
  type: z.string().nullable(),
  /** `RSA_2048`, `EC_prime256v1` … */
  keyAlgorithm: z.string().nullable(),
  inUse: z.boolean().nullable(),
  /** `ELIGIBLE`: ACM renews it by itself. */
  renewal: z.string().nullable(),
  notBefore: time,
  notAfter: time,
})
export type CertificateRecord = z.output<typeof CertificateRecord>

type KeyTypes = NonNullable<NonNullable<InputOf<'acm', 'ListCertificates'>['Includes']>['keyTypes']>

/** All of them: unasked, AWS lists certificates with RSA keys of 1024 and 2048 bits only. */
const KEY_TYPES: KeyTypes = [
  'RSA_1024',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'EC_prime256v1',
  'EC_secp384r1',
  'EC_secp521r1',
]

/** https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html */
export const certificates = defineStream({
  id: 'aws.certificates',
  version: 1,
  title: 'Certificates of Certificate Manager, with key and end',
  record: CertificateRecord,
  key: (record) => record.arn,
  label: (record) => record.domain ?? record.arn,
  permissions: [permission],
  appliesTo: [REGION],
  reproduce: inRegion(`aws acm list-certificates --includes keyTypes=${KEY_TYPES.join(',')}`),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const answers = list(
      (NextToken) =>
        place.call('acm', 'ListCertificates', { Includes: { keyTypes: KEY_TYPES }, MaxItems: 1000, NextToken }),
      (answer) => ({ items: given(answer.CertificateSummaryList, 'CertificateSummaryList'), next: answer.NextToken }),
    )
    yield* pagesOf(answers, (items) =>
      items.map(
        (certificate): CertificateRecord => ({
          arn: given(certificate.CertificateArn, 'CertificateArn'),
          domain: certificate.DomainName ?? null,
          status: given(certificate.Status, 'Status'),
          type: certificate.Type ?? null,
          keyAlgorithm: certificate.KeyAlgorithm ?? null,
          inUse: certificate.InUse ?? null,
          renewal: certificate.RenewalEligibility ?? null,
          notBefore: timeOf(certificate.NotBefore),
          notAfter: timeOf(certificate.NotAfter),
        }),
      ),
    )
  },
})
