import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VIOLATION_CODES } from 'affiant/testing'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const EXAMPLE = join(ROOT, 'test/example-collector/ledgerly')
const guide = await readFile(join(ROOT, 'docs/adding-a-collector.md'), 'utf8')

const sources = (await readdir(EXAMPLE, { recursive: true })).filter((path) => path.endsWith('.ts'))
const shown = new Map(
  [...guide.matchAll(/<!-- file: (?<path>\S+) -->\n```ts\n(?<text>[^]*?)```/g)].map(({ groups }) => [
    groups?.['path'],
    groups?.['text'],
  ]),
)

describe('docs/adding-a-collector.md', () => {
  it.each(sources)('shows %s of the example as it is tested', async (path) => {
    expect(shown.get(path)).toBe(await readFile(join(EXAMPLE, path), 'utf8'))
  })

  it('shows no file that is not there', () => {
    expect(new Set(shown.keys())).toEqual(new Set(sources))
  })

  it('explains every code of the contract, once', () => {
    const anchors = [...guide.matchAll(/<a id="(?<code>[^"]+)"><\/a>`(?<named>[^`]+)`/g)]
    expect(anchors.map(({ groups }) => groups?.['code'])).toEqual(anchors.map(({ groups }) => groups?.['named']))
    expect(anchors).toHaveLength(VIOLATION_CODES.length)
    expect(new Set(anchors.map(({ groups }) => groups?.['code']))).toEqual(new Set(VIOLATION_CODES))
  })

  it('has an example of at most 100 lines of code', async () => {
    const texts = await Promise.all(sources.map((path) => readFile(join(EXAMPLE, path), 'utf8')))
    const lines = texts.join('\n').split('\n')
    expect(lines.filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(100)
  })
})
