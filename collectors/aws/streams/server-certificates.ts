import { defineStream, z } from 'affiant/sdk'
import { serverCertificates as permission } from '../identity/permissions.ts'
import { ACCOUNT, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { given, markerOf } from '../given.ts'
import { list, pagesOf } from '../paging.ts'

export const ServerCertificateRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  arn: z.string(),
  uploaded: z.iso.datetime().nullable(),
  /** `null`: AWS does not tell. */
  expires: z.iso.datetime().nullable(),
})
export type ServerCertificateRecord = z.output<typeof ServerCertificateRecord>

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html */
export const serverCertificates = defineStream({
  id: 'aws.server-certificates',
  version: 1,
  title: 'Certificates that are kept in IAM',
  record: ServerCertificateRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [permission],
  appliesTo: [ACCOUNT],
  reproduce: () => 'aws iam list-server-certificates',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const answers = list(
      (Marker) => place.call('iam', 'ListServerCertificates', { MaxItems: 1000, Marker }),
      (answer) => ({
        items: given(answer.ServerCertificateMetadataList, 'ServerCertificateMetadataList'),
        next: markerOf(answer.IsTruncated, answer.Marker),
      }),
    )
    yield* pagesOf(answers, (certificates) =>
      certificates.map(
        (certificate): ServerCertificateRecord => ({
          id: given(certificate.ServerCertificateId, 'ServerCertificateId'),
          name: given(certificate.ServerCertificateName, 'ServerCertificateName'),
          arn: given(certificate.Arn, 'Arn'),
          uploaded: timeOf(certificate.UploadDate),
          expires: timeOf(certificate.Expiration),
        }),
      ),
    )
  },
})
