import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRun } from '../../src/bundle/read.ts'
import { objectKey } from '../../src/model/common.ts'
import { Receipt } from '../../src/model/receipt.ts'
import { loadConfigFile, openStore, runJob } from '../../src/runtime.ts'
import { verifyStore } from '../bundle/verify-fixture.ts'
import { type GithubServer, startGithub } from '../servers/github/index.ts'
import { silentLog } from '../support/pipeline.ts'
import { wellKept } from './support/well-kept.ts'
import { githubSource, type Workspace, workspace } from './support/workspace.ts'

let server: GithubServer
let at: Workspace
beforeAll(async () => {
  server = await startGithub({ seed: wellKept })
  at = await workspace()
  process.env.E2E_GITHUB_TOKEN = server.tokens.owner
})
afterAll(async () => {
  await server.close()
  await at[Symbol.asyncDispose]()
})

async function runOnce() {
  const loaded = await loadConfigFile(await at.config({ sources: [githubSource(server)] }))
  const nothing = () => {}
  const { number } = await runJob({
    loaded,
    trigger: 'manual',
    signal: new AbortController().signal,
    log: silentLog,
    progress: { sourceOpened: nothing, itemStarted: nothing, itemPage: nothing, itemEnded: nothing },
  })
  const store = openStore(at.store)
  const { index } = await readRun(store, number)
  const receipts: Receipt[] = []
  const records: Record<string, string> = {}
  for await (const line of index()) {
    if (line.kind === 'records') records[line.planItem] = line.sha256
    if (line.kind !== 'receipts') continue
    for (const text of (await readFile(join(at.store, objectKey(line.sha256)), 'utf8')).trimEnd().split('\n'))
      if (text !== '') receipts.push(Receipt.parse(JSON.parse(text)))
  }
  const kept = receipts.flatMap((receipt) => (receipt.kind === 'http' && receipt.kept ? [receipt] : []))
  return { number, records, receipts, kept, verified: await verifyStore(store, { runs: [number], pem: at.publicPem }) }
}

it('a second run of GitHub reads the same, by answers that are kept out of the evidence', async () => {
  const first = await runOnce()
  const second = await runOnce()
  expect(first.verified.failures).toEqual([])
  expect(second.verified.failures).toEqual([])
  expect(second.records).toEqual(first.records)
  expect(second.receipts.length).toBe(first.receipts.length)
  expect(first.kept.filter(({ status }) => status !== 304)).toEqual([])
  expect(second.kept.length).toBeGreaterThan(first.kept.length)
  for (const { url, status, kept } of second.kept) {
    expect(status).toBe(304)
    const sources = first.receipts.filter((receipt) => receipt.kind === 'http' && receipt.url === url)
    expect(sources.map(({ bodySha256 }) => bodySha256)).toContain(kept?.bodySha256)
  }

  const folder = join(at.store, '.kept/github')
  const files = await readdir(folder)
  expect(files.length).toBeGreaterThan(0)
  for (const file of files)
    expect(await readFile(join(folder, file), 'latin1')).not.toContain(server.organization.login)
  const listed: string[] = []
  for await (const key of openStore(at.store).list('')) listed.push(key)
  expect(listed.filter((key) => key.includes('kept'))).toEqual([])
}, 60_000)
