import { posix } from 'node:path'
import { readRunView } from './run-view.ts'
import { showJson, jsonText } from '../report/json-run.ts'
import type { RunJson } from '../report/json/run.ts'
import { paragraph, penFor } from '../report/look.ts'
import { runExitCode } from '../report/summary.ts'
import { AbortedError } from '../sdk/errors.ts'
import type { LoadedConfig } from '../runtime.ts'
import { configPath, type ConfigOption, type JsonOption, lookOf } from './common.ts'
import type { Environment, Runtime } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { lineProgress } from './progress-lines.ts'
import { type ProgressView, silentProgress } from './progress.ts'
import { runReportOf } from './report-run.ts'
import { type PeriodOptions, periodOf } from './period.ts'
import { command, shownPath } from './shell.ts'
import { showRun } from '../report/show-run.ts'
import { formatProblems } from '../config/problem.ts'

export interface RunOptions extends ConfigOption, JsonOption, PeriodOptions {
  job?: string
  source?: readonly string[]
  logLevel: string
}

/** `affiant run`: one run of a job, from the config to the sealed bundle. Exit status 0, 2 or 3. */
export async function run(options: RunOptions, environment: Environment): Promise<number> {
  const { stdout, stderr } = environment
  const period = periodOf(options)
  const runtime = await environment.runtime()
  const loaded = await runtime.loadConfigFile(configPath(options))
  if (loaded.warnings.length > 0) await stderr.write(`${formatProblems(loaded.warnings, configPath(options))}\n`)
  const progress = await progressFor(options, loaded, environment, runtime)

  const stopping = new AbortController()
  let interrupts = 0
  using _ = environment.onInterrupt(() => {
    interrupts += 1
    if (interrupts > 1) {
      environment.leave(EXIT.interrupted)
      return
    }
    progress.note('Stopping: what was read is sealed, the rest is marked as not read. Ctrl-C again leaves at once.')
    stopping.abort(new AbortedError('the run was stopped before this was read'))
  })
  let sealed: Awaited<ReturnType<Runtime['runJob']>> | undefined
  try {
    sealed = await runtime.runJob({
      loaded,
      job: options.job,
      sources: options.source,
      ...(period && { period }),
      trigger: 'manual',
      signal: stopping.signal,
      log: await runtime.createLog(options.logLevel),
      progress,
      onWarning: (message) => progress.note(message),
    })
  } finally {
    await progress.finish(sealed === undefined)
  }

  const store = runtime.openStore(loaded.config.store.path)
  const view = await readRunView(store, sealed.number)
  const verify = await verifyCommand(sealed.number, loaded, environment, runtime)
  if (options.json) {
    const document: RunJson = {
      ...showJson(view),
      schema: 'affiant.run/1',
      store: loaded.config.store.path,
      statementSha256: sealed.statementSha256,
      headIndex: sealed.headIndex,
      verify,
    }
    await stdout.write(jsonText(document))
    return runExitCode(view)
  }
  const look = lookOf(stdout, options)
  const pen = penFor(look)
  await stdout.write(`\n${showRun(await runReportOf(view), look)}`)
  const facts: [string, string][] = [
    ['Run', String(sealed.number)],
    ['Store', shownPath(environment.cwd, loaded.config.store.path)],
    ['Key id', sealed.keyId],
    ['Head', `${sealed.headIndex} ${sealed.statementSha256}`],
  ]
  const lines = facts.map(([name, value]) => paragraph(pen.plain(value), look, pen.strong(name.padEnd(11))))
  // Never wrapped: it is there to be copied.
  await stdout.write(`\n${lines.join('\n')}\n${pen.strong('Verify'.padEnd(11))}${pen.plain(verify)}\n`)
  return runExitCode(view)
}

async function progressFor(
  options: RunOptions,
  { config }: LoadedConfig,
  { stderr, screen }: Environment,
  { systemClock }: Runtime,
): Promise<ProgressView> {
  if (options.json) return silentProgress
  const demo = new Set(config.sources.filter((source) => source.demo).map(({ id }) => id))
  const nameOf = (source: string) => (demo.has(source) ? `${source} (demo data)` : source)
  if (screen === undefined) return lineProgress((line) => void stderr.write(`${line}\n`), nameOf)
  const job = config.jobs.find(({ id }) => id === options.job) ?? config.jobs[0]
  const sources = options.source ?? job?.sources ?? config.sources.map(({ id }) => id)
  const { screenProgress } = await import('./progress-screen.ts')
  return screenProgress({ screen, columns: stderr.columns, sources, nameOf, now: systemClock.now })
}

/** The command that verifies the run from the current folder, as exactly as policy or public key can be found. */
async function verifyCommand(
  number: number,
  { config }: LoadedConfig,
  { cwd }: Environment,
  runtime: Runtime,
): Promise<string> {
  const { signing } = config
  const key = 'key' in signing && 'file' in signing.key ? signing.key.file : undefined
  const folder = key === undefined ? posix.join(config.folder, 'keys') : posix.dirname(key)
  const candidates = [
    { option: '--policy', file: posix.join(folder, 'trust-policy.json') },
    ...(key === undefined
      ? []
      : [{ option: '--key', file: posix.join(folder, `${posix.basename(key, '.pem')}.pub.pem`) }]),
  ]
  let trust = ['--policy', 'TRUST-POLICY.json']
  for (const { option, file } of candidates.toReversed()) {
    if (await runtime.exists(file)) trust = [option, shownPath(cwd, file)]
  }
  return command('affiant', 'verify', String(number), '--store', shownPath(cwd, config.store.path), ...trust)
}
