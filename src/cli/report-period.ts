import { openPeriodSource } from '../period-source.ts'
import { periodReport } from '../report/html/period/period-report.ts'
import { jsonText } from '../report/json-run.ts'
import type { PeriodJson } from '../report/json/period.ts'
import { periodView } from '../report/period/view.ts'
import { boundsName } from '../report/period/words.ts'
import { showPeriod } from '../report/show-period.ts'
import type { Period } from '../sdk/context.ts'
import { lookOf } from './common.ts'
import type { Environment } from './environment.ts'
import { verificationOf } from './evidence-verification.ts'
import { withEvidence } from './evidence.ts'
import { EXIT, untilStopped } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import { loadCode, lookUp } from './replay.ts'
import type { ReportOptions } from './report.ts'
import { trustFrom } from './trust.ts'

/**
 * `affiant report --from --to`: a period as pages for a browser, with the report of the last sealed run of each job in it. In a
 * store, what was due until now is missed if it was not done; in an export, what was due as far as its ledger goes. Exit status 0;
 * 4 if the ledger or one of those runs is not what was sealed.
 */
export async function reportPeriod(period: Period, options: ReportOptions, environment: Environment): Promise<number> {
  const { stdout } = environment
  const runtime = await environment.runtime()
  runtime.preferSmallMemory()
  const trust = await trustFrom(options, runtime)
  const frameworks = await runtime.loadCrosswalks(options.framework ?? [])
  const { collectors, mappings } = await loadCode(options, runtime)
  const { catalog } = await runtime.loadMappings(collectors, mappings)
  const { streamOf } = lookUp(collectors)
  return withIntegrity(() =>
    withEvidence(options, environment, async ({ reader }) => {
      const at = options.export === undefined ? runtime.systemClock.now() : undefined
      const source = await openPeriodSource({ reader, period, streamOf, at })
      const view = await periodView(source)
      const shown = view.jobs.flatMap(({ lastSealed }) => lastSealed ?? [])
      const verification = await verificationOf(reader, shown, trust, options, runtime)
      const { origin } = view
      const path = options.output ?? `${origin.slice(origin.indexOf('/') + 1)}_${boundsName(view.period)}_report`
      const files = periodReport({ ...source, verification }, { view, catalog, frameworks, streamOf })
      using writing = untilStopped(environment)
      const made = await runtime.writeReportFolder(path, files, writing.signal)
      const document: PeriodJson = { schema: 'affiant.period/1', output: made.path, ...view }
      await stdout.write(options.json ? jsonText(document) : showPeriod(document, lookOf(stdout, options)))
      return verification.exitCode === EXIT.integrity ? EXIT.integrity : EXIT.ok
    }),
  )
}
