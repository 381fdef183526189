/**
 * An emulated Okta in a process of its own, so that its work and memory are not counted as ours. Takes its settings as JSON,
 * prints where it is and its token, and when its input ends how much it was asked.
 */
import { z } from 'zod'
import { BUCKETS, largeOkta, startOkta } from '../servers/okta/index.ts'

const Settings = z.strictObject({
  people: z.int(),
  latencyMs: z.int(),
  /** Requests a minute of each bucket; left out: as many as anybody likes. */
  limited: z.boolean(),
  /** Share of each budget that others have used up in the first minute. */
  usedUp: z.number(),
  /** Every so manyth request is refused with 429. 0: none. */
  refuseEvery: z.int(),
})
export type OktaServerSettings = z.output<typeof Settings>

const { people, latencyMs, limited, usedUp, refuseEvery } = Settings.parse(JSON.parse(process.argv[2] ?? ''))
type Bucket = keyof typeof BUCKETS
const buckets = Object.keys(BUCKETS) as Bucket[]
const unlimited = Object.fromEntries(buckets.map((bucket) => [bucket, 100_000_000]))
const server = await startOkta({
  seed: largeOkta(people, new Date()),
  latencyMs,
  ...(!limited && { budgets: unlimited, concurrency: 1000 }),
})
for (const bucket of buckets) server.use(bucket, Math.round(BUCKETS[bucket] * usedUp))
if (refuseEvery > 0) server.setFault({ kind: 'too-many-requests', seconds: 2, every: refuseEvery, on: /./ })
console.log(JSON.stringify({ url: server.url, token: server.tokens.superAdmin, id: server.seed.id }))
process.stdin.resume().once('end', () => {
  const requests = server.requests()
  const refused = requests.filter(({ status }) => status === 429).length
  console.log(JSON.stringify({ requests: requests.length, refused }))
  void server.close()
})
