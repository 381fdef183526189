import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { z } from 'zod'
import { readRunView } from '../../src/cli/run-view.ts'
import { loadConfigFile, openStore, runJob } from '../../src/runtime.ts'
import { silentLog, temporaryFolder } from '../support/pipeline.ts'
import type { AwsServerSettings } from './aws-server.ts'

export interface AwsBench extends Partial<AwsServerSettings> {
  /** Plan items read at the same time. Default: the program's. */
  concurrency?: number
  /** Only these streams, with the checks that need no other. Default: all. */
  streams?: readonly string[]
}

export interface AwsFigures {
  seconds: number
  /** Processor time of this process; of the emulated AWS in its own. */
  cpuSeconds: number
  serverCpuSeconds: number
  peakMB: number
  requests: number
  /** Of them to IAM. */
  iam: number
  atOnce: number
  /** Parts that were not read whole, with the reason. */
  incomplete: readonly string[]
  /** Of all streams. */
  records: number
}

const Started = z.object({ url: z.string(), accessKeyId: z.string(), secretAccessKey: z.string() })
const Ended = z.object({ requests: z.int(), iam: z.int(), atOnce: z.int(), serverCpuSeconds: z.number() })

/** A whole run over a generated organisation or account, from the config to the sealed bundle. */
export async function runLargeAws({ concurrency, streams, ...settings }: AwsBench): Promise<AwsFigures> {
  const all = { accounts: 0, users: 0, roles: 0, resources: 0, latencyMs: 0, ...settings }
  const script = join(import.meta.dirname, 'aws-server.ts')
  const child = spawn(process.execPath, ['--conditions=source', script, JSON.stringify(all)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const printed = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async () => JSON.parse((await printed.next()).value ?? 'null') as unknown
  const { url, accessKeyId, secretAccessKey } = Started.parse(await nextLine())

  const folder = await temporaryFolder()
  try {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    await writeFile(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    await writeFile(join(folder, 'pseudonyms.key'), Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 })
    await writeFile(join(folder, 'id'), accessKeyId, { mode: 0o600 })
    await writeFile(join(folder, 'secret'), secretAccessKey, { mode: 0o600 })
    const organization = { accounts: 'organization', role: { name: 'affiant', externalId: 'evidence' } }
    const config = {
      version: 1,
      installation: 'bench',
      store: { path: './evidence' },
      signing: { key: { file: './key.pem' } },
      pseudonyms: { key: { file: './pseudonyms.key' } },
      ...(concurrency !== undefined && { concurrency }),
      sources: [
        {
          id: 'aws-large',
          collector: 'aws',
          demo: true,
          share: 1,
          config: {
            endpoint: url,
            auth: { type: 'keys' },
            ...(all.accounts === 0 ? { regions: ['us-east-1'] } : organization),
          },
          secrets: { accessKeyId: { file: './id' }, secretAccessKey: { file: './secret' } },
        },
      ],
    }
    const path = join(folder, 'affiant.yaml')
    await writeFile(path, JSON.stringify(config))
    const loaded = withStreams(await loadConfigFile(path), streams)
    const before = process.cpuUsage()
    const started = performance.now()
    const { number } = await runJob({
      loaded,
      trigger: 'manual',
      signal: new AbortController().signal,
      log: silentLog,
      progress: { sourceOpened() {}, itemStarted() {}, itemPage() {}, itemEnded() {} },
    })
    const seconds = (performance.now() - started) / 1000
    const { user, system } = process.cpuUsage(before)
    const peakMB = process.resourceUsage().maxRSS / 1024
    child.stdin.end()
    const { outcomes } = await readRunView(openStore(join(folder, 'evidence')), number)
    return {
      seconds,
      cpuSeconds: (user + system) / 1e6,
      peakMB,
      ...Ended.parse(await nextLine()),
      incomplete: outcomes.flatMap(({ stream, scope, outcome }) =>
        outcome.status === 'complete' ? [] : [`${stream} of ${scope}: ${outcome.reason ?? outcome.status}`],
      ),
      records: outcomes.reduce((sum, { outcome }) => sum + outcome.records, 0),
    }
  } finally {
    child.stdin.end()
    await rm(folder, { recursive: true })
  }
}

type Loaded = Awaited<ReturnType<typeof loadConfigFile>>

function withStreams(loaded: Loaded, wanted: readonly string[] | undefined): Loaded {
  if (wanted === undefined) return loaded
  const sources = loaded.config.sources.map((source) => {
    const { collector } = source
    const streams = collector.streams.filter(({ id }) => wanted.includes(id))
    const checks = collector.checks.filter(({ inputs }) => Object.values(inputs).every(({ id }) => wanted.includes(id)))
    return { ...source, collector: { ...collector, streams, checks } }
  })
  return { ...loaded, config: { ...loaded.config, sources } }
}

/** Makes the process fail if anything was not read whole. */
export function assertWhole({ incomplete }: AwsFigures): void {
  if (incomplete.length === 0) return
  console.error(`${incomplete.length} parts are not whole: ${incomplete.slice(0, 5).join(', ')}`)
  process.exitCode = 1
}
