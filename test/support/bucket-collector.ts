import { checkEach, defineCollector, defineStream, fail, onlyPage, pass, z } from 'affiant/sdk'

const Bucket = z.strictObject({ name: z.string(), public: z.boolean() })
export type Bucket = z.output<typeof Bucket>

/** A made-up store of files. `buckets` says how it is at the moment when it is asked. */
export function bucketCollector(buckets: () => readonly Bucket[]) {
  const stream = defineStream({
    id: 'cloud.buckets',
    version: 1,
    title: 'Buckets',
    record: Bucket,
    key: ({ name }) => name,
    permissions: [{ name: 'buckets:list', why: 'List buckets', url: 'https://example.com' }],
    async *collect() {
      yield onlyPage([...buckets()])
    },
  })
  const isPrivate = checkEach(stream, {
    id: 'cloud.buckets-private',
    revision: 1,
    title: 'No bucket is public',
    severity: 'critical',
    rationale: 'Anybody can read a public bucket.',
    remediation: 'Block public access.',
    criteria: () => ({ pass: 'nobody outside can read it', fail: 'anybody can read it' }),
    examples: {
      pass: { record: { name: 'a', public: false } },
      fail: { record: { name: 'a', public: true } },
    },
    evaluate: (bucket) => (bucket.public ? fail('anybody can read it') : pass()),
  })
  return defineCollector({
    apiVersion: 1,
    id: 'cloud',
    title: 'Cloud',
    docs: 'https://example.com',
    config: z.strictObject({}),
    secrets: {},
    limits: [{ id: 'all', perMinute: 6000, concurrency: 10 }],
    open: async () => ({}),
    identify: async () => ({
      id: '111122223333',
      name: 'example',
      principal: { kind: 'app', name: 'arn:aws:iam::111122223333:role/affiant' },
    }),
    expects: () => ({}),
    async *scopes() {
      yield { id: '111122223333' }
    },
    streams: [stream],
    checks: [isPrivate],
  })
}
