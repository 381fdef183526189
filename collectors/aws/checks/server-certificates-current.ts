import { checkEach, fail, pass, unknown } from 'affiant/sdk'
import { ACCOUNT_ID } from '../examples/identity.ts'
import { type ServerCertificateRecord, serverCertificates } from '../streams/server-certificates.ts'

const certificate = (expires: string | null): ServerCertificateRecord => ({
  id: 'ASCA-1',
  name: 'shop',
  arn: `arn:aws:iam::${ACCOUNT_ID}:server-certificate/shop`,
  uploaded: '2024-01-10T09:00:00.000Z',
  expires,
})

export const serverCertificatesCurrent = checkEach(serverCertificates, {
  id: 'aws.server-certificates-current',
  revision: 1,
  title: 'No certificate that is kept in IAM has expired',
  severity: 'low',
  rationale: 'An expired certificate that is still there gets deployed by mistake. (CIS 2.18)',
  remediation: 'Delete it with `aws iam delete-server-certificate`, and keep certificates in Certificate Manager.',
  emptyPopulation: 'not-applicable',
  criteria: () => ({ pass: 'The certificate ends after the run.', fail: 'The certificate ended before the run.' }),
  examples: {
    pass: { record: certificate('2099-01-01T00:00:00.000Z') },
    fail: { record: certificate('2020-01-01T00:00:00.000Z') },
    unknown: { record: certificate(null) },
  },
  evaluate({ expires }, { at }) {
    if (expires === null) return unknown('invalid', 'AWS does not tell when it ends')
    return Date.parse(expires) > at.getTime() ? pass(`ends ${expires}`) : fail(`ended ${expires}`)
  },
})
