import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkContent, readContent } from '../../src/bundle/check-content.ts'
import { sha256 } from '../../src/bundle/crypto.ts'
import type { FileLine } from '../../src/bundle/layout.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import type { Carried } from '../../src/model/carried.ts'
import type { IndexEntry } from '../../src/model/index-line.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import type { StoredObject } from '../../src/model/staging.ts'
import { createEvidence } from '../../src/store/evidence.ts'
import { OPENED_AT, sealedRun, storeIn } from './fixture.ts'
import { verifyStore } from './verify-fixture.ts'

const OLD = '2026-01-01T06:00:00.000Z'
const ITEM = 'github-acme/github.members/acme'
const carriedOver = { count: 1, oldest: OLD }
const increment = { kind: 'increment' as const, fullAt: OLD, basis: 'a'.repeat(64) }

let root: string
beforeEach(async () => {
  root = await fs.mkdtemp(join(tmpdir(), 'affiant-carried-'))
})
afterEach(() => fs.rm(root, { recursive: true, force: true }))

async function stored(lines: readonly unknown[]): Promise<StoredObject> {
  const writer = await createEvidence(storeIn(root)).create()
  for (const line of lines) await writer.write(canonicalize(line))
  return writer.store()
}

interface Said {
  outcome: Partial<Outcome>
  records: typeof carriedOver | undefined
  /** Count and oldest time of the file; `undefined`: there is none. */
  file: { oldest: string } | undefined
  lines: readonly Carried[]
}

const honest: Said = {
  outcome: { sweep: increment, carriedOver },
  records: carriedOver,
  file: { oldest: OLD },
  lines: [{ key: 'person-1', readAt: OLD, run: 1 }],
}

/** Seals a run whose members are carried over, as told, whether it adds up or not. */
async function sealing(said: Partial<Said>) {
  const { outcome, records, file, lines } = { ...honest, ...said }
  const object = await stored(lines)
  const change = (entries: IndexEntry[]) =>
    entries.flatMap((entry): IndexEntry[] => {
      if (entry.kind === 'outcome' && entry.planItem === ITEM) {
        return [{ ...entry, outcome: { ...entry.outcome, ...outcome } }]
      }
      if (entry.kind !== 'records' || entry.planItem !== ITEM) return [entry]
      const path = entry.path.replace('records/', 'carried/')
      return [
        { ...entry, ...(records && { carriedOver: records }) },
        ...(file ? [{ kind: 'carried' as const, planItem: ITEM, path, ...object, ...file }] : []),
      ]
    })
  return sealedRun(storeIn(root), { change })
}

describe('an index with carried-over records', () => {
  it('is sealed and verifies where all places agree', async () => {
    const { number } = await sealing({})
    const verification = await verifyStore(storeIn(root), { runs: [number] })
    expect(verification).toMatchObject({ exitCode: 0, failures: [] })
    expect(verification.checked.files).toBe(7)
  })

  it.each<[string, Partial<Said>, string]>([
    ['the file is missing', { file: undefined }, 'counts-wrong'],
    ['the file says another time', { file: { oldest: '2026-01-02T06:00:00.000Z' } }, 'counts-wrong'],
    ['the file has another count', { lines: [] }, 'counts-wrong'],
    ['the records line says nothing of it', { records: undefined }, 'index-invalid'],
    ['the outcome says nothing of it', { outcome: { sweep: increment } }, 'counts-wrong'],
    ['it is a full sweep', { outcome: { sweep: { ...increment, kind: 'full' }, carriedOver } }, 'index-invalid'],
    ['it has no sweep', { outcome: { carriedOver } }, 'index-invalid'],
    [
      'a record is older than the last full sweep',
      { outcome: { sweep: { ...increment, fullAt: '2026-01-02T06:00:00.000Z' }, carriedOver } },
      'index-invalid',
    ],
    [
      'a record is as young as the run',
      {
        outcome: { sweep: increment, carriedOver: { count: 1, oldest: OPENED_AT } },
        records: { count: 1, oldest: OPENED_AT },
        file: { oldest: OPENED_AT },
      },
      'index-invalid',
    ],
    [
      'more is carried over than there is',
      { outcome: { sweep: increment, carriedOver: { count: 2, oldest: OLD } } },
      'index-invalid',
    ],
  ])('is refused where %s', async (_, said, code) => {
    await expect(sealing(said)).rejects.toMatchObject({
      code: 'index-refused',
      message: expect.stringContaining(code),
    })
  })
})

describe('the lines of a carried file', () => {
  const codesOf = async (lines: readonly unknown[], oldest = OLD) => {
    const codes: string[] = []
    const bytes = Buffer.from(lines.map((line) => `${canonicalize(line)}\n`).join(''))
    const said = { sha256: sha256(bytes), size: bytes.length, count: lines.length, oldest }
    const file = { kind: 'carried', path: 'carried/x.jsonl', ...said } as FileLine
    async function* get() {
      yield bytes
    }
    const content = await readContent({ get }, 'x', { kind: 'carried', tree: false, deep: false })
    checkContent(file, content, (code) => codes.push(code))
    return codes
  }
  const line = (name: string, readAt = OLD) => ({ key: name, readAt, run: 1 })
  const LATER = '2026-01-03T06:00:00.000Z'

  it.each<[string, unknown[], string[]]>([
    ['keys that ascend', [line('a'), line('b', LATER)], []],
    ['a key twice', [line('a'), line('a')], ['content-invalid']],
    ['keys in another order', [line('b'), line('a')], ['content-invalid']],
    ['no run', [{ key: 'a', readAt: OLD }], ['content-invalid']],
    ['an earliest time that is later', [line('a', LATER)], ['counts-wrong']],
    ['nothing', [], ['counts-wrong']],
  ])('with %s', async (_, lines, codes) => {
    expect(await codesOf(lines)).toEqual(codes)
  })
})
