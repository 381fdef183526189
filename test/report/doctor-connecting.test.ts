import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { collector } from '../../collectors/github/index.ts'
import { permissionsReport } from '../../src/report/permissions.ts'

const PLAIN = /^[a-z_]+:read$/

let doc: string
beforeAll(async () => {
  doc = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'connecting-github.md'), 'utf8')
})

const { permissions } = permissionsReport(collector)
const plain = permissions.filter(({ name }) => PLAIN.test(name))

/** Cells of a table between markers, without head; what stands in backticks of each cell, else its text. */
function table(marker: string): string[][] {
  const block = doc.split(`<!-- ${marker} -->`)[1]?.split(`<!-- /${marker} -->`)[0] ?? ''
  const rows = block.trim().split('\n').slice(2)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
const ticked = (cell: string | undefined) => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '')
const inOrder = <Row extends readonly unknown[]>(rows: Row[]) =>
  rows.toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))

describe('docs/connecting-github.md', () => {
  it('lists every permission the streams declare, with the streams that need it, and no other', () => {
    const written = table('permissions').map(([name, , streams]) => [ticked(name)[0], ticked(streams)])
    expect(inOrder(written)).toEqual(inOrder(plain.map(({ name, streams }) => [name, streams])))
  })

  it('names every condition that is no single right', () => {
    const written = table('conditions').map(([name]) => ticked(name)[0])
    const declared = permissions.map(({ name }) => name).filter((name) => !PLAIN.test(name))
    expect(new Set(written)).toEqual(new Set(declared))
  })

  it('puts rights of the organisation and of repositories where GitHub has them', () => {
    const places = table('permissions').map(([name, place]) => [ticked(name)[0], place?.split(' ')[0]])
    expect(Object.fromEntries(places)).toMatchObject({
      'organization_administration:read': 'Organization',
      'members:read': 'Organization',
      'administration:read': 'Repository',
    })
  })

  it('fills the form of a new app with these rights, read-only, and nothing public', () => {
    const [address = ''] = doc.match(/https:\/\/github\.com\/organizations\/\S+/) ?? []
    const {
      name,
      url,
      public: open,
      webhook_active: webhook,
      ...rights
    } = Object.fromEntries(new URL(address).searchParams)
    expect([name, url, open, webhook]).toEqual(['affiant-ORGANIZATION', 'https://example.com', 'false', 'false'])
    expect(rights).toEqual(Object.fromEntries(plain.map((right) => [right.name.replace(':read', ''), 'read'])))
  })

  it('shows sources the collector accepts, with the secret each needs', () => {
    const blocks = [...doc.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => parse(text ?? ''))
    expect(blocks).toHaveLength(2)
    for (const { sources } of blocks) {
      const config = collector.config.parse(sources[0].config)
      expect(Object.keys(sources[0].secrets)).toEqual(collector.needs?.(config))
    }
  })
})
