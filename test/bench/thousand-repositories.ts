/**
 * A whole run over an organisation of 1,000 repositories behind 30 ms of latency, 10 requests in flight. GitHub allows 900
 * requests a minute, which would be all that is measured; so the collector's own limit is raised here, and only here.
 */
import { generateKeyPairSync } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Limit } from 'affiant/sdk'
import { loadConfigFile, runJob } from '../../src/runtime.ts'
import { largeOrganization, startGithub } from '../servers/github/index.ts'
import { silentLog, temporaryFolder } from '../support/pipeline.ts'

const REPOSITORIES = 1000
const LATENCY_MS = 30
const IN_FLIGHT = 10
const limits: readonly [Limit] = [{ id: 'rest', perMinute: 60_000, concurrency: IN_FLIGHT }]

const folder = await temporaryFolder()
const organization = largeOrganization(REPOSITORIES)
const github = await startGithub({ seed: organization, rateLimit: 1_000_000, latencyMs: LATENCY_MS })
try {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await writeFile(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  await writeFile(join(folder, 'pseudonyms.key'), Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 })
  await writeFile(join(folder, 'token'), github.tokens.owner, { mode: 0o600 })
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
    config: { organization: ${organization.login}, baseUrl: "${github.url}" }
    secrets: { token: { file: ./token } }
`,
  )
  const loaded = await loadConfigFile(path)
  const sources = loaded.config.sources.map((source) => ({ ...source, limits }))

  const started = performance.now()
  const { statement } = await runJob({
    loaded: { ...loaded, config: { ...loaded.config, sources } },
    trigger: 'manual',
    signal: new AbortController().signal,
    log: silentLog,
    progress: { sourceOpened() {}, itemStarted() {}, itemPage() {}, itemEnded() {} },
  })
  const seconds = (performance.now() - started) / 1000

  const { run, outcomes } = statement.predicate
  const requests = github.requests().length.toLocaleString('en')
  console.log(
    `1,000 repositories with protection, ${requests} requests of ${LATENCY_MS} ms, ${IN_FLIGHT} in flight, limit per minute raised: ${seconds.toFixed(1)} s (target 60 s)`,
  )
  if (run.status !== 'complete') {
    console.error(`not read whole: ${JSON.stringify(outcomes)}`)
    process.exitCode = 1
  }
} finally {
  await github.close()
  await rm(folder, { recursive: true })
}
