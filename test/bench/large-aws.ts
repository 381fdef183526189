import { z } from 'zod'
import type { AwsServerSettings } from './aws-server.ts'
import { incompleteIn, runLarge, withStreams } from './large.ts'

export interface AwsBench extends Partial<AwsServerSettings> {
  /** Plan items read at the same time. Default: the program's. */
  concurrency?: number
  /** Only these streams, with the checks that need no other. Default: all. */
  streams?: readonly string[]
}

export interface AwsFigures {
  seconds: number
  /** Processor time of this process; of the emulated AWS in its own. */
  cpuSeconds: number
  serverCpuSeconds: number
  peakMB: number
  requests: number
  /** Of them to IAM. */
  iam: number
  atOnce: number
  /** Parts that were not read whole, with the reason. */
  incomplete: readonly string[]
  /** Of all streams. */
  records: number
}

const Started = z.object({ url: z.string(), accessKeyId: z.string(), secretAccessKey: z.string() })
const Ended = z.object({ requests: z.int(), iam: z.int(), atOnce: z.int(), serverCpuSeconds: z.number() })

/** A whole run over a generated organisation or account, from the config to the sealed bundle. */
export async function runLargeAws({ concurrency, streams, ...settings }: AwsBench): Promise<AwsFigures> {
  const all = { accounts: 0, users: 0, roles: 0, resources: 0, latencyMs: 0, ...settings }
  const organization = { accounts: 'organization', role: { name: 'affiant', externalId: 'evidence' } }
  const { ended, outcomes, ...figures } = await runLarge({
    server: 'aws-server.ts',
    settings: all,
    started: Started,
    ended: Ended,
    config: ({ url, accessKeyId, secretAccessKey }) => ({
      source: {
        id: 'aws-large',
        collector: 'aws',
        demo: true,
        share: 1,
        config: {
          endpoint: url,
          auth: { type: 'keys' },
          ...(all.accounts === 0 ? { regions: ['us-east-1'] } : organization),
        },
        secrets: { accessKeyId: { file: './id' }, secretAccessKey: { file: './secret' } },
      },
      more: concurrency === undefined ? {} : { concurrency },
      secrets: { id: accessKeyId, secret: secretAccessKey },
    }),
    change: (sources) => (streams === undefined ? sources : withStreams(sources, streams)),
  })
  return {
    ...figures,
    ...ended,
    incomplete: incompleteIn(outcomes, ({ stream, scope }) => `${stream} of ${scope}`),
    records: outcomes.reduce((sum, { outcome }) => sum + outcome.records, 0),
  }
}

/** Makes the process fail if anything was not read whole. */
export function assertWhole({ incomplete }: AwsFigures): void {
  if (incomplete.length === 0) return
  console.error(`${incomplete.length} parts are not whole: ${incomplete.slice(0, 5).join(', ')}`)
  process.exitCode = 1
}
