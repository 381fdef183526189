import { AbortedError } from '../sdk/errors.ts'
import { doctorReport, showDoctor } from '../report/doctor.ts'
import { jsonText } from '../report/json-run.ts'
import { UserError } from '../model/user-error.ts'
import { didYouMean } from '../model/did-you-mean.ts'
import { configPath, type ConfigOption, type JsonOption, lookOf } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-codes.ts'

export interface DoctorOptions extends ConfigOption, JsonOption {
  logLevel: string
}

/**
 * `affiant doctor [SOURCE]`: opens the sources, has them say who they are, and compares rights with declarations. Writes
 * nothing. Exit status 0 or 3; 1 if the config or a secret is wrong.
 */
export async function doctor(
  source: string | undefined,
  options: DoctorOptions,
  environment: Environment,
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
  const examinations = await runtime.examineSources({
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
