import { readRunView } from '../../../src/cli/run-view.ts'
import type { RunView } from '../../../src/model/run-view.ts'
import type { Verification } from '../../../src/model/verification.ts'
import { runExitCode } from '../../../src/report/summary.ts'
import { loadConfigFile, openStore, runJob } from '../../../src/runtime.ts'
import type { Clock, Period } from '../../../src/sdk/context.ts'
import { verifyStore } from '../../bundle/verify-fixture.ts'
import { silentLog } from '../../support/pipeline.ts'
import { workspace } from './workspace.ts'

export interface SourceRun {
  view: RunView
  exitCode: number
  verified: Verification
  /** Outcome of a stream's plan item; of a source that was not opened, the outcome its streams have in common. */
  outcomeOf(stream: string): RunView['outcomes'][number]['outcome']
  /** Status of each check. */
  statuses: Readonly<Record<string, string>>
  /** Ids of the checks that read this stream. */
  checksOf(stream: string): string[]
  /** Ids of the controls to which a check that reads this stream is more than context. */
  controlsOf(stream: string): RunView['controls'][number][]
}

export interface SourceRunOptions {
  sources: readonly object[]
  checks?: object
  clock: Clock
  /** Of a run that is not for the default period. */
  period?: Period
}

/** Reads sources through the whole engine, from the config file to the sealed and verified bundle. */
export async function runSource({ sources, checks = {}, clock, period }: SourceRunOptions): Promise<SourceRun> {
  await using at = await workspace()
  const loaded = await loadConfigFile(await at.config({ sources, checks }))
  const nothing = () => {}
  const { number } = await runJob({
    loaded,
    trigger: 'manual',
    signal: new AbortController().signal,
    log: silentLog,
    progress: { sourceOpened: nothing, itemStarted: nothing, itemPage: nothing, itemEnded: nothing },
    clock,
    ...(period && { period }),
  })
  const store = openStore(at.store)
  const view = await readRunView(store, number)
  const checksOf = (stream: string) =>
    view.plan.checks.filter(({ inputs }) => inputs.includes(stream)).map(({ id }) => id)
  return {
    view,
    exitCode: runExitCode(view),
    verified: await verifyStore(store, { runs: [number], pem: at.publicPem }),
    outcomeOf(stream) {
      const line = view.outcomes.find((outcome) => outcome.stream === stream)
      if (line === undefined) throw new Error(`no outcome of ${stream}`)
      return line.outcome
    },
    statuses: Object.fromEntries(view.results.map(({ summary }) => [summary.check, summary.status])),
    checksOf,
    controlsOf(stream) {
      const read = new Set(checksOf(stream))
      return view.controls.filter(({ evidence }) =>
        evidence.some(({ check, strength }) => check !== undefined && read.has(check) && strength !== 'context'),
      )
    },
  }
}

/** Ids of the checks that passed. */
export function passing({ statuses }: Pick<SourceRun, 'statuses'>): string[] {
  return Object.keys(statuses).filter((id) => statuses[id] === 'pass')
}

/** Ids of the checks that failed. */
export function failing({ statuses }: Pick<SourceRun, 'statuses'>): string[] {
  return Object.keys(statuses).filter((id) => statuses[id] === 'fail')
}
