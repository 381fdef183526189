import { checkEach, fail, notApplicable, pass, unread, z } from 'affiant/sdk'
import { denied, exampleBucket, observed } from '../examples/data.ts'
import { classified, labelled, noLabels } from '../data/labels.ts'
import { s3Buckets } from '../streams/s3-buckets.ts'

export const classifiedBucketsUseKms = checkEach(s3Buckets, {
  id: 'aws.classified-buckets-use-kms',
  revision: 1,
  title: 'Classified buckets are encrypted with a key of KMS',
  severity: 'medium',
  rationale: 'With a key of KMS, who reads needs the key too, and each use is recorded.',
  remediation: 'S3 console, the bucket named, "Properties", "Default encryption", "Edit": choose SSE-KMS and a key.',
  params: z.strictObject({
    classes: classified,
  }),
  emptyPopulation: 'not-applicable',
  criteria: ({ classes }) => ({
    pass: `A bucket whose tag "classification" is one of ${classes.join(', ')} encrypts new objects with KMS.`,
    fail: 'A classified bucket encrypts with keys of S3, or not at all.',
  }),
  examples: {
    pass: { record: confidential({ encryption: observed({ algorithm: 'aws:kms', key: null }) }) },
    fail: { record: confidential() },
    'not-applicable': { record: exampleBucket() },
    unknown: { record: exampleBucket({ labels: denied('s3:GetBucketTagging') }) },
  },
  evaluate({ labels, encryption }, { params }) {
    if (labels.state === 'unknown') return unread(labels, 'the tags of the bucket')
    if (labels.state === 'absent' || !labelled(labels.value.classification, params.classes)) {
      return notApplicable('not-classified', 'the tags do not classify the bucket')
    }
    if (encryption.state === 'unknown') return unread(encryption, 'the encryption of the bucket')
    if (encryption.state === 'absent') return fail('no encryption is set')
    const { algorithm } = encryption.value
    return algorithm.startsWith('aws:kms') ? pass(`encrypts with ${algorithm}`) : fail(`encrypts with ${algorithm}`)
  },
})

function confidential(parts: Parameters<typeof exampleBucket>[0] = {}) {
  return exampleBucket({ labels: observed({ ...noLabels, classification: 'confidential' }), ...parts })
}
