import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { loadMapping } from '../src/evaluate/mapping.ts'
import { THEMES } from '../src/model/control.ts'
import { controlsTable } from '../src/report/controls-table.ts'

const root = new URL('../', import.meta.url)
const folder = 'mappings/iso27001-2022'
const file = (name: string) => ({
  path: `${folder}/${name}`,
  text: readFileSync(new URL(`${folder}/${name}`, root), 'utf8'),
})

const Manifest = z.object({
  collector: z.object({
    checks: z.array(z.object({ id: z.string() })),
    streams: z.array(z.object({ id: z.string() })),
  }),
})

/** The manifests in `collectors/`, found by folder so that a collector nobody mapped is found too. */
const collectors = await Promise.all(
  readdirSync(new URL('collectors/', root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(async (entry) => {
      const module: unknown = await import(new URL(`collectors/${entry.name}/index.ts`, root).href)
      return Manifest.parse(module).collector
    }),
)
const checks = collectors.flatMap((collector) => collector.checks.map((check) => check.id))
const streams = collectors.flatMap((collector) => collector.streams.map((stream) => stream.id))

const result = loadMapping(
  { catalog: file('catalog.yaml'), map: file('map.yaml'), extensions: [] },
  { checks, streams },
)
if (!result.ok) throw new Error(result.problems.map((p) => `${p.path}:${p.line}:${p.column} ${p.message}`).join('\n'))
const { catalog, mapping } = result.loaded
const table = controlsTable(result.loaded)
const rows = table.ok ? table.rows : []
const links = mapping.controls.flatMap((entry) =>
  (entry.evidence ?? []).map((link) => ({ control: entry.control, id: link.check ?? link.stream ?? '', ...link })),
)

describe('catalogue', () => {
  test('has the 93 controls, numbered without a hole in each theme', () => {
    const numbered = {
      organizational: ['A.5', 37],
      people: ['A.6', 8],
      physical: ['A.7', 14],
      technological: ['A.8', 34],
    }
    for (const theme of THEMES) {
      const [clause, count] = numbered[theme]
      const ids = catalog.controls.filter((control) => control.theme === theme).map((control) => control.id)
      expect(ids).toEqual(Array.from({ length: Number(count) }, (_, index) => `${clause}.${index + 1}`))
    }
    expect(catalog.controls).toHaveLength(93)
    expect(new Set(catalog.controls.map((control) => control.title)).size).toBe(93)
  })

  // The value lists of the five attributes of ISO/IEC 27002:2022, with how many controls carry each.
  const values = {
    type: { preventive: 83, detective: 13, corrective: 14 },
    property: { confidentiality: 87, integrity: 84, availability: 85 },
    concept: { identify: 23, protect: 71, detect: 14, respond: 11, recover: 6 },
    capability: {
      governance: 8,
      asset_management: 16,
      information_protection: 15,
      human_resource_security: 6,
      physical_security: 16,
      system_and_network_security: 17,
      application_security: 12,
      secure_configuration: 6,
      identity_and_access_management: 11,
      threat_and_vulnerability_management: 3,
      continuity: 6,
      supplier_relationships_security: 7,
      legal_and_compliance: 6,
      information_security_event_management: 10,
      information_security_assurance: 4,
    },
    domain: { governance_and_ecosystem: 27, protection: 69, defence: 22, resilience: 8 },
  }
  test.each(Object.entries(values))('%s has only the values of its closed set', (set, expected) => {
    const counted: Record<string, number> = {}
    for (const control of catalog.controls) {
      const own = Object.entries(control.attributes).find(([name]) => name === set)?.[1] ?? []
      expect(own.length, `${control.id} ${set}`).toBeGreaterThan(0)
      expect(new Set(own).size, `${control.id} ${set}`).toBe(own.length)
      for (const value of own) counted[value] = (counted[value] ?? 0) + 1
    }
    expect(counted).toEqual(expected)
  })
})

describe('map', () => {
  test('has an entry for exactly the controls of the catalogue, in its order', () => {
    expect(mapping.controls.map((entry) => entry.control)).toEqual(catalog.controls.map((control) => control.id))
  })

  test('leaves no check and no stream of a built-in collector unmapped', () => {
    const linked = new Set(links.map((link) => link.id))
    expect(checks.length).toBeGreaterThan(0)
    expect([...checks, ...streams].filter((id) => !linked.has(id))).toEqual([])
  })

  test('links a check or stream to a control once', () => {
    const pairs = links.map((link) => `${link.control} ${link.id}`)
    expect(pairs.filter((pair, index) => pairs.indexOf(pair) !== index)).toEqual([])
  })

  test('calls a control automated exactly where a check that exists tests it directly', () => {
    const direct = links.filter((link) => link.strength === 'direct' && checks.includes(link.check ?? ''))
    expect(rows).toHaveLength(93)
    expect(rows.filter((row) => row.coverage === 'automated').map((row) => row.id)).toEqual([
      ...new Set(direct.map((link) => link.control)),
    ])
  })

  test('asks a person for every control that is not automated', () => {
    expect(rows.filter((row) => row.coverage !== 'automated' && !row.manual).map((row) => row.id)).toEqual([])
  })

  // These need a document or an attestation; a check would only look like evidence (design: "do not fake them").
  test.each([
    'A.5.2',
    'A.5.4',
    'A.5.5',
    'A.5.6',
    'A.5.8',
    'A.5.32',
    'A.5.37',
    'A.6.4',
    'A.7.3',
    'A.7.6',
    'A.7.9',
    'A.7.10',
    'A.7.14',
    'A.8.11',
    'A.8.23',
    'A.8.27',
    'A.8.33',
  ])('%s is left to people', (id) => {
    const entry = mapping.controls.find((candidate) => candidate.control === id)
    expect(entry?.evidence).toBeUndefined()
    expect(entry?.manual?.owner).toMatch(/\w/)
  })

  test('says of each link something of its own, in whole sentences', () => {
    const sentences = links.flatMap((link) => [link.shows, link['not-shown']])
    expect(sentences.filter((sentence, index) => sentences.indexOf(sentence) !== index)).toEqual([])
    expect(sentences.filter((sentence) => !/^[A-Z].{15,}\.$/.test(sentence))).toEqual([])
  })

  test('gives every manual entry a reason of its own, and every control what else is needed, in whole sentences', () => {
    const reasons = mapping.controls.flatMap((entry) => entry.manual?.reason ?? [])
    expect(reasons.filter((reason, index) => reasons.indexOf(reason) !== index)).toEqual([])
    const needed = mapping.controls.map((entry) => entry['also-needed'] ?? '')
    expect([...reasons, ...needed].filter((sentence) => !/^[A-Z].{15,}\.$/.test(sentence))).toEqual([])
  })

  test('draws no conclusion', () => {
    expect(file('map.yaml').text.match(/compliant|certified|effective/i)).toBeNull()
  })

  test('refers in its sentences only to checks that exist', () => {
    const named = links.flatMap((link) => link['not-shown'].match(/\b(?:github|git)\.[a-z-]+/g) ?? [])
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((id) => !checks.includes(id))).toEqual([])
  })
})

test('the example of an extension in the README is read, and its digest is that of the files joined', () => {
  const readme = file('README.md').text
  const example = { path: 'own.yaml', text: /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '' }
  const extended = loadMapping(
    { catalog: file('catalog.yaml'), map: file('map.yaml'), extensions: [example] },
    { checks, streams },
  )
  if (!extended.ok) throw new Error(extended.problems.map((problem) => problem.message).join())
  const entry = extended.loaded.mapping.controls.find((candidate) => candidate.control === 'A.5.11')
  expect(entry?.manual?.owner).toBe('Facility desk')
  expect(entry?.evidence).toHaveLength(1)
  const joined = file('catalog.yaml').text + file('map.yaml').text + example.text
  expect(extended.loaded.sha256).toBe(createHash('sha256').update(joined).digest('hex'))
})
