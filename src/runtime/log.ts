import type { Log } from '../sdk/context.ts'

/** A logger on stderr. pino writes synchronously, so that nothing is lost when the process ends. */
export async function createLog(level: string): Promise<Log> {
  const { pino } = await import('pino')
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  )
  return {
    debug: (data, message) => logger.debug(data, message),
    info: (data, message) => logger.info(data, message),
    warn: (data, message) => logger.warn(data, message),
    error: (data, message) => logger.error(data, message),
  }
}
