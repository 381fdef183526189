import type { Examination } from '../model/examination.ts'
import { AbortedError } from '../sdk/errors.ts'
import type { Log } from '../sdk/context.ts'
import { doctorReport, showDoctor } from '../report/doctor.ts'
import { jsonText } from '../report/json-run.ts'
import type { LoadedConfig } from '../runtime.ts'
import { UserError } from '../model/user-error.ts'
import { didYouMean } from '../model/did-you-mean.ts'
import { configPath, type ConfigOption, type JsonOption, lookOf } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-codes.ts'

export interface DoctorOptions extends ConfigOption, JsonOption {
  logLevel: string
}

export interface ExamineRequest {
  loaded: LoadedConfig
  /** Ids; all of them exist. */
  sources: readonly string[]
  signal: AbortSignal
  log: Log
}

/** What the composition root lends to this command. */
export interface Examiner {
  /** @throws UserError if a secret is missing */
  examineSources(request: ExamineRequest): Promise<Examination[]>
}

/**
 * `affiant doctor [SOURCE]`: opens the sources, has them say who they are, and compares rights with declarations. Writes
 * nothing. Exit status 0 or 3; 1 if the config or a secret is wrong.
 */
export async function doctor(
  source: string | undefined,
  options: DoctorOptions,
  environment: Environment,
  { examineSources }: Examiner,
): Promise<number> {
  const runtime = await environment.runtime()
  const loaded = await runtime.loadConfigFile(configPath(options))
  const ids = loaded.config.sources.map(({ id }) => id)
  if (source !== undefined && !ids.includes(source)) {
    throw new UserError(
      `there is no source "${source}"${didYouMean(source, ids)}`,
      `Sources of the config: ${ids.join(', ') || 'none'}.`,
    )
  }
  const mapping = await runtime.loadMappings(loaded.collectors, loaded.config.mappings)
  const stopping = new AbortController()
  using _ = environment.onInterrupt(() => {
    if (stopping.signal.aborted) environment.leave(EXIT.interrupted)
    stopping.abort(new AbortedError('the examination was stopped before this was read'))
  })
  const examinations = await examineSources({
    loaded,
    sources: source === undefined ? ids : [source],
    signal: stopping.signal,
    log: await runtime.createLog(options.logLevel),
  })
  const report = doctorReport(examinations, mapping)
  const { stdout } = environment
  await stdout.write(options.json ? jsonText(report) : showDoctor(report, lookOf(stdout, options)))
  return report.exitCode
}
