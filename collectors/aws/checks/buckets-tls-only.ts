import { checkEach, fail, pass, unread } from 'affiant/sdk'
import { absent, denied, exampleBucket } from '../examples/data.ts'
import { s3Buckets } from '../streams/s3-buckets.ts'

export const bucketsTlsOnly = checkEach(s3Buckets, {
  id: 'aws.buckets-tls-only',
  revision: 1,
  title: 'Buckets refuse requests without TLS',
  severity: 'medium',
  rationale: 'What travels without TLS can be read and changed on the way.',
  remediation:
    'S3 console, the bucket named, "Permissions", "Bucket policy": add a statement that denies s3:* to everybody where aws:SecureTransport is false, for the bucket and its objects.',
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'The policy of the bucket denies everybody every action where aws:SecureTransport is false.',
    fail: 'There is no such statement, or no policy.',
  }),
  examples: {
    pass: { record: exampleBucket() },
    fail: { record: exampleBucket({ tlsOnly: absent }) },
    unknown: { record: exampleBucket({ tlsOnly: denied('s3:GetBucketPolicy') }) },
  },
  evaluate({ tlsOnly }) {
    if (tlsOnly.state === 'unknown') return unread(tlsOnly, 'the policy of the bucket')
    if (tlsOnly.state === 'absent') return fail('the bucket has no policy')
    return tlsOnly.value ? pass('requests without TLS are refused') : fail('the policy takes requests without TLS')
  },
})
