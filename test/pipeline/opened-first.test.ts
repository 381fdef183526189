import * as fs from 'node:fs/promises'
import { onlyPage } from 'affiant/sdk'
import { expect, it } from 'vitest'
import { readHead } from '../../src/bundle/ledger.ts'
import { RUN_OPENED } from '../../src/model/statement.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { fakeCollector } from '../support/fake-collector.ts'
import { runPipeline, temporaryFolder } from '../support/pipeline.ts'

it('the run stands in the ledger, with its plan, before anything is read', async () => {
  const folder = await temporaryFolder()
  const store = createFsStore(fs, folder, { pid: process.pid, host: 'reader', startedAt: new Date(0) })
  const seen: unknown[] = []
  const collector = fakeCollector(async function* () {
    const head = await readHead(store)
    seen.push(head?.statement.predicateType, await store.stat('runs/000000001/plan.json'))
    yield onlyPage([{ id: 'ada', mfa: 'on' }])
  })
  try {
    const sealed = await runPipeline([collector], { folder })
    expect(seen).toEqual([RUN_OPENED, { size: expect.any(Number) }])
    expect((await readHead(store))?.sha256).toBe(sealed.statementSha256)
  } finally {
    await fs.rm(folder, { recursive: true })
  }
})
