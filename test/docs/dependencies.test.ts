import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ROOT } from '../architecture/tree.ts'

const Versions = z.record(z.string(), z.string())
const Manifest = z.object({ dependencies: Versions, devDependencies: Versions })

/** Names and reasons of the list under a heading of the record. */
function justified(record: string, heading: string): { name: string; why: string }[] {
  const section = record.split(`### ${heading}\n`)[1]?.split(/^##/m)[0] ?? ''
  return [...section.matchAll(/^- `(?<name>[^`]+)`: (?<why>.*)$/gm)].map(({ groups }) => ({
    name: groups?.['name'] ?? '',
    why: groups?.['why'] ?? '',
  }))
}

describe('docs/adr/0002-dependencies.md', async () => {
  const record = await readFile(join(ROOT, 'docs/adr/0002-dependencies.md'), 'utf8')
  const manifest = Manifest.parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')))

  test.each([
    ['At run time', manifest.dependencies],
    ['For development', manifest.devDependencies],
  ])('%s: the list is that of package.json, in order', (heading, versions) => {
    expect(justified(record, heading).map(({ name }) => name)).toEqual(Object.keys(versions).toSorted())
  })

  test('every dependency has a sentence of justification, and no two the same', () => {
    const reasons = [...justified(record, 'At run time'), ...justified(record, 'For development')].map(({ why }) => why)
    expect(reasons.filter((why) => !/^.{5,}\.$/.test(why))).toEqual([])
    expect(new Set(reasons).size).toBe(reasons.length)
  })
})
