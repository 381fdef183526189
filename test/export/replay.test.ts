import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openExport } from '../../src/bundle/export/open-export.ts'
import { createFileSigner } from '../../src/bundle/keys.ts'
import { Limits } from '../../src/model/trust-policy.ts'
import { ReplayExportJson } from '../../src/report/json/replay.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { affiant, mapping } from '../cli/fake-environment.ts'
import { judgeAge, machinesCollector } from '../replay/collectors.ts'
import { runPipeline, temporaryFolder } from '../support/pipeline.ts'
import { exportOf, fileOf } from './support.ts'

const lab = machinesCollector({
  north: [
    { id: 'a', age: 10 },
    { id: 'c', age: 90 },
  ],
  east: [{ id: 'a', age: 31 }],
})
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' })
const signer = createFileSigner(key.toString())
const EVER = { from: '2000-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' }

let cwd: string
beforeEach(async () => {
  cwd = await temporaryFolder()
  await runPipeline([lab], { folder: join(cwd, 'evidence'), mapping })
})
afterEach(() => fs.rm(cwd, { recursive: true, force: true }))

/** Exports run 1 and replays the export with that code. */
async function replayed(withhold: { pattern: string; reason: string }[], collector = lab, args = '') {
  const store = createFsStore(fs, join(cwd, 'evidence'), { pid: 1, host: 'test', startedAt: new Date(0) })
  const agent = { id: 'test', version: '0.0.0', build: { sha256: '1'.repeat(64) } }
  const { bytes } = await exportOf(store, { scope: EVER, withhold }, { signer, agent })
  await fs.writeFile(join(cwd, 'x.tar'), bytes)
  const options = { cwd, collectors: [collector], config: {}, runtime: { loadMappings: async () => mapping } }
  const text = await affiant(`replay ${join(cwd, 'x.tar')} ${args}`, options)
  const data = await affiant(`replay ${join(cwd, 'x.tar')} ${args} --json`, options)
  expect(data.exitCode).toBe(text.exitCode)
  return { ...text, bytes, err: data.err, json: () => ReplayExportJson.parse(JSON.parse(data.out)) }
}

it('an export comes out again as it was sealed', async () => {
  const { exitCode, out, json } = await replayed([])
  expect(exitCode).toBe(0)
  expect(out).toContain('Run 1 comes out again as it was sealed, byte for byte')
  expect(json().runs).toMatchObject([{ run: 1, damaged: [], checks: [], controls: [] }])
})

it('a check whose records are withheld is named with that cause, and the controls come out from the sealed results', async () => {
  const { exitCode, out, json } = await replayed([{ pattern: 'records/*/machines/north.jsonl', reason: 'secret' }])
  expect(exitCode).toBe(2)
  expect(out).toContain('records that it reads are withheld in this export')
  const [run] = json().runs
  expect(run?.checks.map(({ cause, outcome }) => ({ cause, outcome }))).toContainEqual({
    cause: 'withheld',
    outcome: 'not-replayed',
  })
  expect(run?.damaged).toEqual([])
  expect(run?.controls).toEqual([])
})

it('where results are withheld nothing rests on them', async () => {
  const { exitCode, json } = await replayed([{ pattern: 'results/*', reason: 'secret' }])
  expect(exitCode).toBe(2)
  const [run] = json().runs
  expect(new Set(run?.checks.map(({ cause }) => cause))).toEqual(new Set(['withheld']))
  expect(run?.controls).toMatchObject([{ cause: 'withheld', outcome: 'not-replayed' }])
})

it('what has nothing to do with what is withheld is still held against its records', async () => {
  const other = machinesCollector({}, { judge: (machine) => judgeAge({ ...machine, age: 0 }, 30) })
  const { exitCode, json } = await replayed([{ pattern: 'receipts/*', reason: 'addresses' }], other)
  expect(exitCode).toBe(4)
  expect(json().runs[0]?.checks.map(({ cause }) => cause)).toContain('not-from-records')
})

it('one run of the export can be asked for', async () => {
  expect((await replayed([], lab, '--run 1')).exitCode).toBe(0)
  expect((await replayed([], lab, '--run 7')).err).toContain('the export has no such run\nIts runs: 1.')
})

it('what is no export ends with status 4 and the reason', async () => {
  const { bytes } = await replayed([])
  await fs.writeFile(join(cwd, 'cut.tar'), bytes.subarray(0, -1))
  const { exitCode, err } = await affiant(`replay ${join(cwd, 'cut.tar')}`, { cwd, collectors: [lab] })
  expect({ exitCode, err }).toMatchObject({ exitCode: 4, err: expect.stringContaining('archive-truncated') })
  const reported: string[] = []
  await openExport(fileOf(bytes), { limits: Limits.parse({}), report: (code) => reported.push(code) })
  expect(reported).toEqual([])
})
