import { join } from 'node:path/posix'
import type { LoadedCrosswalk } from '../model/crosswalk.ts'
import type { EvidenceReader } from '../model/evidence-reader.ts'
import { UserError } from '../model/user-error.ts'
import type { Verification } from '../model/verification.ts'
import { runReport } from '../report/html/run-report.ts'
import { jsonText } from '../report/json-run.ts'
import type { ReportJson } from '../report/json/report.ts'
import { showReport } from '../report/show-report.ts'
import { openReportSource } from '../report-source.ts'
import { type JsonOption, lookOf } from './common.ts'
import type { Environment } from './environment.ts'
import { type EvidenceOption, withEvidence } from './evidence.ts'
import { verificationOf } from './evidence-verification.ts'
import { EXIT, untilStopped } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import { type PeriodOptions, periodOf } from './period.ts'
import { loadCode, lookUp } from './replay.ts'
import type { ReportFormatOptions } from './report-format.ts'
import { trustFrom, type TrustOptions } from './trust.ts'

export interface ReportOptions extends EvidenceOption, TrustOptions, JsonOption, PeriodOptions {
  /** The folder to write; default: named after the installation and the run, in the current folder. */
  output?: string
  /** Frameworks that get a page: ids, or files of the user. */
  framework?: string[]
  /** A form for other programs instead of pages. */
  format?: ReportFormatOptions['format']
  passes?: true
}

/**
 * `affiant report`: a run as pages for a browser. Exit status 0; 4 if the evidence is not what was sealed, which the first page says
 * then too.
 */
export async function report(
  run: number | undefined,
  options: ReportOptions,
  environment: Environment,
): Promise<number> {
  const period = periodOf(options)
  if (period !== undefined) {
    if (run !== undefined) throw new UserError(`both run ${run} and a period were given`, 'Give one of them.')
    if (options.format !== undefined || options.passes)
      throw new UserError('--format is for one run', 'Name a run, or leave out the format: a period has --json.')
    return (await import('./report-period.ts')).reportPeriod(period, options, environment)
  }
  const { format } = options
  if (format !== undefined)
    return (await import('./report-format.ts')).reportFormat(run, { ...options, format }, environment)
  if (options.passes) throw new UserError('--passes is for --format sarif', 'Give both, or leave it out.')
  const { stdout } = environment
  const runtime = await environment.runtime()
  runtime.preferSmallMemory()
  const trust = await trustFrom(options, runtime)
  const frameworks = await runtime.loadCrosswalks(options.framework ?? [])
  const document = await withIntegrity(() =>
    withEvidence(options, environment, async ({ reader, firstRun, chooseSealed }) => {
      const number = await chooseSealed(run)
      const verification = await verificationOf(reader, [number], trust, options, runtime)
      return write(reader, { number, firstRun, verification, frameworks }, options, environment)
    }),
  )
  await stdout.write(options.json ? jsonText(document) : showReport(document, lookOf(stdout, options)))
  return document.verification.exitCode === EXIT.integrity ? EXIT.integrity : EXIT.ok
}

interface Asked {
  number: number
  firstRun: number | undefined
  verification: Verification
  frameworks: readonly LoadedCrosswalk[]
}

async function write(
  reader: EvidenceReader,
  { number, firstRun, verification, frameworks }: Asked,
  options: ReportOptions,
  environment: Environment,
): Promise<ReportJson> {
  const runtime = await environment.runtime()
  const { collectors, mappings } = await loadCode(options, runtime)
  const { catalog } = await runtime.loadMappings(collectors, mappings)
  const { streamOf } = lookUp(collectors)
  const source = await openReportSource({
    reader,
    run: number,
    streamOf,
    verification,
    ...(firstRun !== undefined && { firstRun }),
  })
  const { installation } = source.run.plan.agent
  const path = options.output ?? `${installation}_run-${number}_report`
  using writing = untilStopped(environment)
  const files = runReport(source, { catalog, frameworks, streamOf })
  const made = await runtime.writeReportFolder(path, files, writing.signal)
  const levels = Object.entries(verification.levels).map(([level, { value }]) => [level, value])
  return {
    schema: 'affiant.report/1',
    path: made.path,
    index: join(made.path, 'index.html'),
    installation,
    run: number,
    files: made.files,
    bytes: made.bytes,
    verification: { exitCode: verification.exitCode, levels: Object.fromEntries(levels) },
    demo: source.run.plan.sources.some(({ demo }) => demo === true),
  }
}
