// A process of its own for the tests of races and crashes: `open ROOT TIMES`, `run ROOT TIMES` or `seal ROOT STEP`.
import fs from 'node:fs/promises'
import { openRun } from '../../src/bundle/seal.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { planFor, sealedRun, signer, storeIn } from './fixture.ts'

const [verb, root, number] = process.argv.slice(2)
if (verb === undefined || root === undefined) throw new Error('usage: open|run ROOT TIMES | seal ROOT STEP')

if (verb === 'open') {
  const store = storeIn(root)
  for (let time = 0; time < Number(number); time++)
    process.stdout.write(`${(await openRun({ store, signer }, planFor)).number}\n`)
} else if (verb === 'run') {
  const store = storeIn(root)
  for (let time = 0; time < Number(number); time++) process.stdout.write(`${(await sealedRun(store)).number}\n`)
} else {
  let steps = 0
  const link: typeof fs.link = async (from, to) => {
    steps += 1
    if (steps === Number(number)) {
      process.stdout.write('waiting\n')
      // Never settles, and keeps the process alive until it is killed.
      await new Promise(() => setInterval(() => {}, 1000))
    }
    return fs.link(from, to)
  }
  await sealedRun(createFsStore({ ...fs, link }, root, { pid: process.pid, host: 'test-host', startedAt: new Date(0) }))
}
