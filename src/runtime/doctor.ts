import { examine } from '../collect/doctor.ts'
import type { Examination } from '../model/examination.ts'
import type { Clock, Log } from '../sdk/context.ts'
import { systemClock } from './clock.ts'
import type { LoadedConfig } from './config-file.ts'
import { prepareReading } from './reading.ts'

export interface ExamineRequest {
  loaded: LoadedConfig
  /** Ids; all of them exist. */
  sources: readonly string[]
  signal: AbortSignal
  log: Log
  /** Tests set the clock. */
  clock?: Clock
}

/**
 * Examines sources of a config for `affiant doctor`. Touches no store and no run.
 * @throws UserError if a secret is missing
 */
export async function examineSources(request: ExamineRequest): Promise<Examination[]> {
  const { loaded, sources, signal, log, clock = systemClock } = request
  return examine({ ...(await prepareReading(loaded, sources, { clock, log })), signal })
}
