import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../src/bundle/crypto.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { verifyEvidence } from '../../src/bundle/verify.ts'
import { verifyExport } from '../../src/bundle/verify-export.ts'
import type { Levels, Verification } from '../../src/model/verification.ts'
import { key } from '../bundle/fixture.ts'
import { memoryStore } from '../bundle/ledger-builder.ts'
import { fileOf } from '../export/support.ts'
import type { Attacked, ShownElsewhere } from './attack.ts'
import { type Bench, createBench } from './bench.ts'
import { withAttacks } from './document.ts'
import { MADE, TABLE } from './table.ts'

let bench: Bench

beforeAll(async () => {
  bench = await createBench()
}, 60_000)
afterAll(() => bench?.[Symbol.asyncDispose]())

async function verify(attacked: Attacked): Promise<Verification> {
  const { trust = trustKeys([key.publicPem]) } = attacked
  if ('archive' in attacked) return verifyExport(fileOf(attacked.archive), { trust })
  const reader = storeReader(memoryStore(new Map(attacked.files)))
  return verifyEvidence({ reader, trust, deep: true, ...(attacked.runs && { runs: attacked.runs }) })
}

/** Of everything that a verifier was given. */
function digestOf(attacked: Attacked): string {
  if ('archive' in attacked) return sha256(attacked.archive)
  return sha256([...attacked.files].map(([name, bytes]) => `${name} ${sha256(bytes)}`).join('\n'))
}

describe('the attack', () => {
  it.each(MADE.map((row) => [row.id, row.attack, row] as const))('%s, %s', async (_id, _attack, { make, expected }) => {
    const attacked = await make(bench)
    const before = digestOf(attacked)
    const found = await verify(attacked)
    const levels = Object.keys(expected.levels ?? {}) as (keyof Levels)[]
    expect({
      exit: found.exitCode,
      codes: [...new Set(found.failures.map(({ code }) => code))].sort(),
      incomplete: expected.incomplete && found.incomplete.map(({ code }) => code),
      levels: Object.fromEntries(levels.map((level) => [level, found.levels[level].value])),
    }).toEqual({
      exit: expected.exit,
      codes: [...expected.codes].sort(),
      incomplete: expected.incomplete,
      levels: expected.levels ?? {},
    })
    expect([undefined, ...found.failures.map(({ file }) => file)]).toContain(expected.file)
    expect(digestOf(attacked)).toBe(before)
    for (const { detail, file = '' } of found.failures) expect(file + detail).toMatch(/^[\x20-\x7e]+$/)
  })
})

describe('the attack that another test shows', () => {
  const elsewhere = TABLE.filter((row): row is ShownElsewhere => 'shownBy' in row)
  it.each(elsewhere.map(({ id, shownBy }) => [id, shownBy] as const))('%s', async (_, { file, test }) => {
    const text = await readFile(join(import.meta.dirname, '../..', file), 'utf8')
    const titles = [...text.matchAll(/\b(?:it|test)(?:\.each\([^]*?\n {2}\])?\(\s*'([^']*)'/g)].map(
      ([, title]) => title,
    )
    expect(
      titles.join('\n') +
        text
          .split('\n')
          .filter((line) => /^\s*'.*',$/.test(line))
          .join('\n'),
    ).toContain(test)
  })
})

it('docs/bundle-format.md prints the table; node --conditions=source scripts/attacks.ts writes it', async () => {
  const document = await readFile(join(import.meta.dirname, '../../docs/bundle-format.md'), 'utf8')
  expect(document.split('\n')).toEqual(withAttacks(document, TABLE).split('\n'))
})

it('every number of the table is there, each form once', () => {
  const ids = TABLE.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const numbers = [...new Set(ids.map((id) => Number.parseInt(id, 10)))]
  expect(numbers).toEqual(Array.from({ length: 82 }, (_, place) => place + 1))
})
