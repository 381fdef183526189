import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { collector } from '../../collectors/okta/index.ts'
import { permissionsReport } from '../../src/report/permissions.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const guide = await readFile(join(ROOT, 'docs', 'connecting-okta.md'), 'utf8')
const readme = await readFile(join(ROOT, 'collectors', 'okta', 'README.md'), 'utf8')

const SCOPE = /^okta\.\w+\.read$/
const { permissions } = permissionsReport(collector)
const scopes = permissions.filter(({ name }) => SCOPE.test(name))

/** Cells of a table between markers, without head: what stands in backticks of each. */
function table(marker: string): string[][][] {
  const block = guide.split(`<!-- ${marker} -->`)[1]?.split(`<!-- /${marker} -->`)[0] ?? ''
  const rows = block.trim().split('\n').slice(2)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '')),
  )
}

describe('docs/connecting-okta.md', () => {
  it('lists every scope the streams declare, with the streams that need it, and no other', () => {
    const written = table('permissions').map(([name, streams]) => [name?.[0], streams])
    expect(written).toEqual(scopes.map(({ name, streams }) => [name, streams]))
  })

  it('names every role that is needed besides', () => {
    const written = table('conditions').map(([name]) => name?.[0] ?? '')
    const declared = permissions.map(({ name }) => name).filter((name) => !SCOPE.test(name))
    expect(written.toSorted()).toEqual(declared)
  })

  it.each([
    ['the guide', guide, 2],
    ['the README', readme, 1],
  ])('%s shows sources the collector accepts, with the secret each needs', (_, text, count) => {
    const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => parse(block ?? ''))
    const sources = blocks.flatMap(({ sources: given }) => given ?? [])
    expect(sources).toHaveLength(count)
    for (const { config, secrets } of sources) {
      expect(Object.keys(secrets)).toEqual(collector.needs?.(collector.config.parse(config)))
    }
  })
})

describe('README of the collector', () => {
  it('shows params the checks accept, and each preset with its numbers', () => {
    const blocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => parse(block ?? ''))
    const given = blocks.flatMap(({ checks }) => Object.entries(checks ?? {}))
    expect(given.length).toBeGreaterThan(0)
    for (const [id, setting] of given) {
      const params = setting as { params: unknown }
      expect(collector.checks.find((check) => check.id === id)?.params.safeParse(params.params).success, id).toBe(true)
    }
    const withPreset = collector.checks.filter(({ params }) => params.safeParse({ preset: 'stig' }).success)
    const [, rows = ''] = readme.split('| check | standard | stig |')
    const listed = [...(rows.split('\n\n')[0] ?? '').matchAll(/`(okta\.[a-z-]+)`/g)].map(([, id]) => id ?? '')
    expect(listed.toSorted()).toEqual(withPreset.map(({ id }) => id).sort())
  })

  it('names checks that are there', () => {
    const ids = new Set<string>([...collector.checks, ...collector.streams].map(({ id }) => id))
    const prose = readme.replaceAll(/<!-- generated[\s\S]*?<!-- \/generated -->/g, '')
    const named = [...prose.matchAll(/`(okta\.[a-z-]+)`/g)].map(([, id]) => id ?? '')
    expect(named.filter((id) => !ids.has(id))).toEqual([])
  })
})
