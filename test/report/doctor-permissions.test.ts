import { type AccessGuide, type Collector, defineCollector, defineStream, onlyPage, z } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { collector as git } from '../../collectors/git/index.ts'
import { collector as github } from '../../collectors/github/index.ts'
import { jsonText } from '../../src/report/json-run.ts'
import {
  PermissionsJson,
  permissionsReport,
  policyFormats,
  policyText,
  showPermissions,
} from '../../src/report/permissions.ts'

const stream = <Name extends string>(name: Name, ...rights: [string, string][]) =>
  defineStream({
    id: `demo.${name}`,
    version: 1,
    title: name,
    record: z.strictObject({ id: z.string() }),
    key: ({ id }) => id,
    permissions: rights.map(([right, why]) => ({ name: right, why, url: `https://example.com/${right}` })) as never,
    async *collect() {
      yield onlyPage([])
    },
  })

function demo(access?: AccessGuide): Collector {
  return defineCollector({
    apiVersion: 1,
    id: 'demo',
    title: 'Demo',
    docs: 'https://example.com',
    config: z.strictObject({}),
    secrets: {},
    limits: [{ id: 'all', perMinute: 60, concurrency: 1 }],
    open: async () => ({}),
    identify: async () => ({ id: '1', name: 'demo', principal: { kind: 'anonymous', name: 'x' } }),
    expects: () => ({}),
    async *scopes() {},
    streams: [
      stream('b', ['z:read', 'For b.'], ['a:read', 'For all.']),
      stream('a', ['z:read', 'For a.']),
      stream('free'),
    ],
    checks: [],
    ...(access && { access }),
  })
}

const look = { columns: 100, color: false }

describe('permissionsReport', () => {
  it('has each permission once, sorted, with every why and every stream', () => {
    expect(permissionsReport(demo())).toMatchObject({
      permissions: [
        { name: 'a:read', why: ['For all.'], streams: ['demo.b'] },
        { name: 'z:read', why: ['For b.', 'For a.'], streams: ['demo.b', 'demo.a'] },
      ],
      free: ['demo.free'],
      formats: [],
    })
  })

  it.each([github, git])('of $id is JSON of a strict schema and names every declaration', (one) => {
    const report = permissionsReport(one, 'a-source')
    expect(PermissionsJson.parse(JSON.parse(jsonText(report)))).toEqual(report)
    const declared = new Set(one.streams.flatMap(({ permissions }) => permissions.map(({ name }) => name)))
    expect(report.permissions.map(({ name }) => name)).toEqual([...declared].sort())
    const text = showPermissions(report, look).replaceAll(/\s+/g, ' ')
    expect([...declared].filter((name) => !text.includes(name))).toEqual([])
  })
})

describe('policyText', () => {
  const access: AccessGuide = {
    policies: { 'demo-policy': (permissions) => permissions.map(({ name }) => `allow ${name}\n`).join('') },
  }

  it('gives the policy of the collector each permission once, in order', () => {
    expect(policyText(demo(access), 'demo-policy')).toBe('allow a:read\nallow z:read\n')
    expect(policyFormats(demo(access))).toEqual(['demo-policy'])
    expect(showPermissions(permissionsReport(demo(access)), look)).toContain(
      'affiant permissions demo --format demo-policy',
    )
  })

  it('knows no format the collector did not declare, nor one of Object', () => {
    expect(policyText(demo(), 'demo-policy')).toBeUndefined()
    expect(policyText(demo(access), 'toString')).toBeUndefined()
  })
})
