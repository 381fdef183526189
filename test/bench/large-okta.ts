import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { z } from 'zod'
import { readRunView } from '../../src/cli/run-view.ts'
import { loadConfigFile, openStore, runJob } from '../../src/runtime.ts'
import { silentLog, temporaryFolder } from '../support/pipeline.ts'
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
  const all = { people, limited, latencyMs: 0, usedUp: 0, refuseEvery: 0, ...settings }
  const script = join(import.meta.dirname, 'okta-server.ts')
  const child = spawn(process.execPath, ['--conditions=source', script, JSON.stringify(all)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const printed = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async () => JSON.parse((await printed.next()).value ?? 'null') as unknown
  const { url, token, id } = Started.parse(await nextLine())

  const folder = await temporaryFolder()
  try {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    await writeFile(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    await writeFile(join(folder, 'pseudonyms.key'), Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 })
    await writeFile(join(folder, 'token'), token, { mode: 0o600 })
    const path = join(folder, 'affiant.yaml')
    await writeFile(
      path,
      `version: 1
installation: bench
store: { path: ./evidence }
signing: { key: { file: ./key.pem } }
pseudonyms: { key: { file: ./pseudonyms.key } }
sources:
  - id: okta-large
    collector: okta
    demo: true
    share: 1
    config: { orgUrl: "${url}", organizationId: ${id} }
    secrets: { token: { file: ./token } }
`,
    )
    const loaded = await loadConfigFile(path)
    const sources = loaded.config.sources.map((source) => {
      if (limited) return source
      return { ...source, limits: source.limits.map((limit) => ({ ...limit, perMinute: 10_000_000 })) }
    })
    const [started, cpu] = [performance.now(), process.cpuUsage()]
    const { number } = await runJob({
      loaded: { ...loaded, config: { ...loaded.config, sources } },
      trigger: 'manual',
      signal: new AbortController().signal,
      log: silentLog,
      progress: { sourceOpened() {}, itemStarted() {}, itemPage() {}, itemEnded() {} },
    })
    const seconds = (performance.now() - started) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const peakMB = process.resourceUsage().maxRSS / 1024
    child.stdin.end()
    const { outcomes } = await readRunView(openStore(join(folder, 'evidence')), number)
    return {
      seconds,
      cpuSeconds: (user + system) / 1_000_000,
      peakMB,
      ...Ended.parse(await nextLine()),
      incomplete: outcomes.flatMap(({ stream, outcome }) =>
        outcome.status === 'complete' ? [] : [`${stream}: ${outcome.reason ?? outcome.status}`],
      ),
      factors: outcomes.find(({ stream }) => stream === 'okta.user-factors')?.outcome.records ?? 0,
    }
  } finally {
    child.stdin.end()
    await rm(folder, { recursive: true })
  }
}

/** Makes the process fail if users are missing that no outcome says are missing, or if anything is not whole that should be. */
export function assertHonest({ incomplete, factors }: OktaFigures, people: number, whole: boolean): void {
  const isSaid = incomplete.some((line) => line.startsWith('okta.user-factors'))
  if ((factors === people || isSaid) && (!whole || incomplete.length === 0)) return
  console.error(`${factors} of ${people} users; not whole: ${incomplete.join(', ') || 'nothing'}`)
  process.exitCode = 1
}
