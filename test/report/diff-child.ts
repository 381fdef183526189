// A process of its own, started with a small heap: diffs two runs of a store, `ROOT RUN RUN`, replays the
// first with a check of another revision, and prints the counts.
import * as fs from 'node:fs/promises'
import { pass } from 'affiant/sdk'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { readSealedRun, replay } from '../../src/replay.ts'
import { diffRuns } from '../../src/report/diff.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { mapping } from '../cli/fake-environment.ts'
import { machinesCollector } from '../replay/collectors.ts'

const [root = '', from, to] = process.argv.slice(2)
const reader = storeReader(createFsStore(fs, root, { pid: process.pid, host: 'test', startedAt: new Date(0) }))
const streams = machinesCollector({}).streams
const { records, checks } = await diffRuns({
  from: (await readSealedRun(reader, Number(from))).sealed,
  to: (await readSealedRun(reader, Number(to))).sealed,
  streamOf: (id) => streams.find((stream) => stream.id === id),
  limit: 10,
})
const { checks: revised } = machinesCollector({}, { revision: 2, judge: () => pass() })
const replayed = await replay({
  reader,
  run: Number(from),
  checkOf: (id) => revised.find((check) => check.id === id),
  streamOf: (id) => streams.find((stream) => stream.id === id),
  mapping,
  limit: 10,
  program: { version: '0.0.0', build: '1'.repeat(64) },
  pluginVersion: () => undefined,
})
process.stdout.write(
  JSON.stringify({
    records: records.map(({ by, added, removed, changed, addedKeys }) => ({
      by,
      added,
      removed,
      changed,
      named: addedKeys.length,
    })),
    turns: checks.map(({ check, turns }) => [check, turns.statuses]),
    replayed: replayed.checks.map(({ cause, turns }) => [cause, turns?.statuses]),
  }),
)
