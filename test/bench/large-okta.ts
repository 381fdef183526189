import { z } from 'zod'
import { incompleteIn, runLarge } from './large.ts'
import type { OktaServerSettings } from './okta-server.ts'

export interface OktaBench extends Partial<OktaServerSettings> {
  people: number
  /** Keeps to the documented limits, all of them for us. Otherwise the collector's own are raised, here and only here. */
  limited?: boolean
}

export interface OktaFigures {
  seconds: number
  cpuSeconds: number
  peakMB: number
  requests: number
  refused: number
  /** Streams that were not read whole, with the reason. */
  incomplete: readonly string[]
  /** Users whose factors were read. */
  factors: number
}

const Started = z.object({ url: z.string(), token: z.string(), id: z.string() })
const Ended = z.object({ requests: z.int(), refused: z.int() })

/** A whole run over a generated organisation, from the config to the sealed bundle. */
export async function runLargeOkta({ people, limited = false, ...settings }: OktaBench): Promise<OktaFigures> {
  const { ended, outcomes, ...figures } = await runLarge({
    server: 'okta-server.ts',
    settings: { people, limited, latencyMs: 0, usedUp: 0, refuseEvery: 0, ...settings },
    started: Started,
    ended: Ended,
    config: ({ url, token, id }) => ({
      source: {
        id: 'okta-large',
        collector: 'okta',
        demo: true,
        share: 1,
        config: { orgUrl: url, organizationId: id },
        secrets: { token: { file: './token' } },
      },
      secrets: { token },
    }),
    change: (sources) =>
      limited
        ? sources
        : sources.map((source) => ({
            ...source,
            limits: source.limits.map((limit) => ({ ...limit, perMinute: 10_000_000 })),
          })),
  })
  return {
    ...figures,
    ...ended,
    incomplete: incompleteIn(outcomes),
    factors: outcomes.find(({ stream }) => stream === 'okta.user-factors')?.outcome.records ?? 0,
  }
}

/** Makes the process fail if users are missing that no outcome says are missing, or if anything is not whole that should be. */
export function assertHonest({ incomplete, factors }: OktaFigures, people: number, whole: boolean): void {
  const isSaid = incomplete.some((line) => line.startsWith('okta.user-factors'))
  if ((factors === people || isSaid) && (!whole || incomplete.length === 0)) return
  console.error(`${factors} of ${people} users; not whole: ${incomplete.join(', ') || 'nothing'}`)
  process.exitCode = 1
}
