import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { z } from 'zod'
import { readRunView } from '../../src/cli/run-view.ts'
import type { RunEvidence } from '../../src/model/report-source.ts'
import { loadConfigFile, openStore, runJob } from '../../src/runtime.ts'
import type { Period } from '../../src/sdk/context.ts'
import { silentLog, temporaryFolder } from '../support/pipeline.ts'

type Loaded = Awaited<ReturnType<typeof loadConfigFile>>
type Sources = Loaded['config']['sources']

/** A source in a process of its own, and a run over it. */
export interface LargeBench<Started, Ended> {
  /** A script beside this one: it prints a line when it is up, and another when its standard input has ended. */
  server: string
  settings: object
  started: z.ZodType<Started>
  ended: z.ZodType<Ended>
  /** The source of the config, what else stands in it, and the secrets that it refers to, as files by name. */
  config(started: Started): { source: object; more?: object; secrets: Readonly<Record<string, string>> }
  /** What is changed before the run. */
  change?(sources: Sources): Sources
  period?: Period
}

export interface LargeFigures<Ended> {
  seconds: number
  /** Processor time of this process. */
  cpuSeconds: number
  peakMB: number
  /** What the server counted. */
  ended: Ended
  outcomes: RunEvidence['outcomes']
}

/** A whole run, from the config to the sealed bundle. */
export async function runLarge<Started, Ended>(bench: LargeBench<Started, Ended>): Promise<LargeFigures<Ended>> {
  const script = join(import.meta.dirname, bench.server)
  const child = spawn(process.execPath, ['--conditions=source', script, JSON.stringify(bench.settings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const printed = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async () => JSON.parse((await printed.next()).value ?? 'null') as unknown
  const { source, more, secrets } = bench.config(bench.started.parse(await nextLine()))

  const folder = await temporaryFolder()
  try {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const files = {
      'key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }),
      'pseudonyms.key': Buffer.alloc(32, 7).toString('base64'),
      ...secrets,
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 })
    const config = {
      version: 1,
      installation: 'bench',
      store: { path: './evidence' },
      signing: { key: { file: './key.pem' } },
      pseudonyms: { key: { file: './pseudonyms.key' } },
      ...more,
      sources: [source],
    }
    const path = join(folder, 'affiant.yaml')
    await writeFile(path, JSON.stringify(config))
    const loaded = await loadConfigFile(path)
    const sources = bench.change?.(loaded.config.sources) ?? loaded.config.sources
    const [started, cpu] = [performance.now(), process.cpuUsage()]
    const { number } = await runJob({
      loaded: { ...loaded, config: { ...loaded.config, sources } },
      trigger: 'manual',
      signal: new AbortController().signal,
      log: silentLog,
      progress: { sourceOpened() {}, itemStarted() {}, itemPage() {}, itemEnded() {} },
      ...(bench.period && { period: bench.period }),
    })
    const seconds = (performance.now() - started) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const peakMB = process.resourceUsage().maxRSS / 1024
    child.stdin.end()
    const { outcomes } = await readRunView(openStore(join(folder, 'evidence')), number)
    return { seconds, cpuSeconds: (user + system) / 1e6, peakMB, ended: bench.ended.parse(await nextLine()), outcomes }
  } finally {
    child.stdin.end()
    await rm(folder, { recursive: true })
  }
}

/** Only these streams, with the checks that need no other. */
export function withStreams(sources: Sources, wanted: readonly string[]): Sources {
  return sources.map((source) => {
    const { collector } = source
    const streams = collector.streams.filter(({ id }) => wanted.includes(id))
    const checks = collector.checks.filter(({ inputs }) => Object.values(inputs).every(({ id }) => wanted.includes(id)))
    return { ...source, collector: { ...collector, streams, checks } }
  })
}

/** Plan items that were not read whole, with the reason. */
export function incompleteIn(
  outcomes: RunEvidence['outcomes'],
  nameOf: (line: RunEvidence['outcomes'][number]) => string = ({ stream }) => stream,
): string[] {
  return outcomes.flatMap((line) =>
    line.outcome.status === 'complete' ? [] : [`${nameOf(line)}: ${line.outcome.reason ?? line.outcome.status}`],
  )
}
