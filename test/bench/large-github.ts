import { z } from 'zod'
import type { Period } from '../../src/sdk/context.ts'
import type { GithubServerSettings } from './github-server.ts'
import { incompleteIn, runLarge, withStreams } from './large.ts'

export interface GithubBench extends GithubServerSettings {
  /** The only streams that are read, with the checks that need no other. */
  streams: readonly string[]
  /** Default: the 90 days before now. */
  period?: Period
}

export interface GithubFigures {
  seconds: number
  peakMB: number
  requests: number
  /** Of GraphQL. */
  points: number
  /** Streams that were not read whole, with the reason. */
  incomplete: readonly string[]
  /** By stream. */
  records: Readonly<Record<string, number>>
}

const Started = z.object({ url: z.string(), token: z.string(), login: z.string() })
const Ended = z.object({ requests: z.int(), points: z.int() })

/** Some streams of a generated organisation, from the config to the sealed bundle; the source is opened and identified as always. */
export async function runLargeGithub({ streams, period, ...settings }: GithubBench): Promise<GithubFigures> {
  const { seconds, peakMB, ended, outcomes } = await runLarge({
    server: 'github-server.ts',
    settings,
    started: Started,
    ended: Ended,
    config: ({ url, token, login }) => ({
      source: {
        id: 'github-large',
        collector: 'github',
        demo: true,
        config: { organization: login, baseUrl: url },
        secrets: { token: { file: './token' } },
      },
      secrets: { token },
    }),
    change: (sources) => withStreams(sources, streams),
    ...(period && { period }),
  })
  return {
    seconds,
    peakMB,
    ...ended,
    incomplete: incompleteIn(outcomes),
    records: Object.fromEntries(outcomes.map(({ stream, outcome }) => [stream, outcome.records])),
  }
}
