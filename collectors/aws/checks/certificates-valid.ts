import { checkEach, daysSince, fail, notApplicable, pass, plural, unknown, z } from 'affiant/sdk'
import { certificateRecord } from '../examples/keys.ts'
import { certificates } from '../streams/certificates.ts'

export const certificatesValid = checkEach(certificates, {
  id: 'aws.certificates-valid',
  revision: 1,
  title: 'Certificates in use are valid for a while yet and have strong keys',
  severity: 'high',
  rationale: 'An expired certificate stops a service; a weak key lets others pretend to be it. (FSBP ACM.1, ACM.2)',
  remediation: 'Certificate Manager: mend the validation record so that it renews, or import a new certificate.',
  emptyPopulation: 'not-applicable',
  params: z.strictObject({
    minimumDays: z.int().min(1).default(30).describe('Fewest days a certificate must still be valid.'),
    minimumRsaBits: z.int().min(2048).default(2048).describe('Fewest bits of an RSA key.'),
  }),
  criteria: ({ minimumDays, minimumRsaBits }) => ({
    pass: `The certificate is in use, is valid for more than ${plural(minimumDays, 'day')} after the run, and has an RSA key of at least ${plural(minimumRsaBits, 'bit')} or an elliptic one.`,
    fail: `The certificate is in use, and ends within ${plural(minimumDays, 'day')}, is not valid, or has a weaker key.`,
  }),
  examples: {
    pass: { record: certificateRecord() },
    fail: { record: certificateRecord({ keyAlgorithm: 'RSA_1024' }) },
    'not-applicable': { record: certificateRecord({ inUse: false }) },
    unknown: { record: certificateRecord({ keyAlgorithm: null }) },
  },
  evaluate({ status, inUse, keyAlgorithm, notAfter, renewal }, { params, at }) {
    if (inUse === false) return notApplicable('not-in-use')
    const faults: string[] = []
    if (status !== 'ISSUED') faults.push(`the status is ${status}`)
    const days = notAfter === null ? undefined : daysSince(at, notAfter)
    if (days !== undefined && days <= params.minimumDays) {
      faults.push(
        `it ends in ${plural(days, 'day')} (${renewal === 'ELIGIBLE' ? 'renewal is due' : 'it does not renew by itself'})`,
      )
    }
    const [, bits] = /^RSA[_-](\d+)$/.exec(keyAlgorithm ?? '') ?? []
    if (bits !== undefined && Number(bits) < params.minimumRsaBits)
      faults.push(`the key has ${plural(Number(bits), 'bit')} only`)
    if (faults.length > 0)
      return inUse === null
        ? unknown('invalid', `${faults.join('; ')}; AWS does not tell whether it is used`)
        : fail(faults.join('; '))
    if (inUse === null || days === undefined || keyAlgorithm === null)
      return unknown('invalid', 'AWS does not tell use, end and key')
    return pass(`${keyAlgorithm}, valid for ${plural(days, 'day')}`)
  },
})
