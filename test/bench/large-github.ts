import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { z } from 'zod'
import { readRunView } from '../../src/cli/run-view.ts'
import { loadConfigFile, openStore, runJob } from '../../src/runtime.ts'
import type { Period } from '../../src/sdk/context.ts'
import { silentLog, temporaryFolder } from '../support/pipeline.ts'
import type { GithubServerSettings } from './github-server.ts'

export interface GithubBench extends GithubServerSettings {
  /** The only streams that are read, with the checks that need no other. */
  streams: readonly string[]
  /** Default: the 90 days before now. */
  period?: Period
}

export interface GithubFigures {
  seconds: number
  peakMB: number
  requests: number
  /** Of GraphQL. */
  points: number
  /** Streams that were not read whole, with the reason. */
  incomplete: readonly string[]
  /** By stream. */
  records: Readonly<Record<string, number>>
}

const Started = z.object({ url: z.string(), token: z.string(), login: z.string() })
const Ended = z.object({ requests: z.int(), points: z.int() })

/** Some streams of a generated organisation, from the config to the sealed bundle; the source is opened and identified as always. */
export async function runLargeGithub({ streams, period, ...settings }: GithubBench): Promise<GithubFigures> {
  const script = join(import.meta.dirname, 'github-server.ts')
  const child = spawn(process.execPath, ['--conditions=source', script, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const printed = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async () => JSON.parse((await printed.next()).value ?? 'null') as unknown
  const { url, token, login } = Started.parse(await nextLine())

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
  - id: github-large
    collector: github
    demo: true
    config: { organization: ${login}, baseUrl: "${url}" }
    secrets: { token: { file: ./token } }
`,
    )
    const loaded = await loadConfigFile(path)
    const sources = loaded.config.sources.map((source) => ({
      ...source,
      collector: {
        ...source.collector,
        streams: source.collector.streams.filter(({ id }) => streams.includes(id)),
        checks: source.collector.checks.filter(({ inputs }) =>
          Object.values(inputs).every(({ id }) => streams.includes(id)),
        ),
      },
    }))
    const started = performance.now()
    const { number } = await runJob({
      loaded: { ...loaded, config: { ...loaded.config, sources } },
      trigger: 'manual',
      signal: new AbortController().signal,
      log: silentLog,
      progress: { sourceOpened() {}, itemStarted() {}, itemPage() {}, itemEnded() {} },
      ...(period && { period }),
    })
    const seconds = (performance.now() - started) / 1000
    const peakMB = process.resourceUsage().maxRSS / 1024
    child.stdin.end()
    const { outcomes } = await readRunView(openStore(join(folder, 'evidence')), number)
    return {
      seconds,
      peakMB,
      ...Ended.parse(await nextLine()),
      incomplete: outcomes.flatMap(({ stream, outcome }) =>
        outcome.status === 'complete' ? [] : [`${stream}: ${outcome.reason ?? outcome.status}`],
      ),
      records: Object.fromEntries(outcomes.map(({ stream, outcome }) => [stream, outcome.records])),
    }
  } finally {
    child.stdin.end()
    await rm(folder, { recursive: true })
  }
}
