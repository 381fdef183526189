import { Readable } from 'node:stream'
import { defineCollector, defineStream, checkEach, fail, onlyPage, pass, z } from 'affiant/sdk'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checksDocument } from '../../scripts/generate/check-docs.ts'
import { keyFields } from '../../scripts/generate/key-fields.ts'
import { MissingBlockError, replaceBlock, table } from '../../scripts/generate/markdown.ts'
import { readmeText } from '../../scripts/generate/readme.ts'
import { registryText } from '../../scripts/generate/registry.ts'

const read = { name: 'doors:read', why: 'Lists doors', url: 'https://example.com/rights' }
const doors = defineStream({
  id: 'building.doors',
  version: 2,
  title: 'Every door',
  record: z.strictObject({ floor: z.number(), name: z.string(), keeper: z.string() }),
  key: (door) => `${String(door.floor).padStart(3, '0')}/${door.name.toLowerCase()}`,
  permissions: [read],
  redact: { keeper: 'pseudonym' },
  collect: () => Readable.from([onlyPage([])]),
})
const windows = defineStream({
  id: 'building.windows',
  version: 1,
  title: 'Every window',
  record: z.strictObject({ id: z.string() }),
  key: (window) => window.id,
  permissions: [read],
  collect: () => Readable.from([onlyPage([])]),
})
const collector = defineCollector({
  apiVersion: 1,
  id: 'building',
  title: 'Building',
  docs: 'https://example.com',
  config: z.strictObject({}),
  secrets: {},
  limits: [{ id: 'all', perMinute: 60, concurrency: 1 }],
  open: async () => undefined,
  identify: async () => ({ id: '1', name: 'b', principal: { kind: 'anonymous', name: 'nobody' } }),
  expects: () => ({}),
  scopes: () => Readable.from([{ id: 'b' }]),
  streams: [doors, windows],
  checks: [
    checkEach(doors, {
      id: 'building.few-floors',
      revision: 3,
      title: 'Doors are near the ground',
      severity: 'low',
      rationale: 'High doors | surprise.',
      remediation: 'Move the door.',
      params: z.strictObject({ max: z.int().default(4).describe('Highest floor') }),
      criteria: ({ max }) => ({ pass: `On floor ${max} or below`, fail: `Above floor ${max}` }),
      examples: {
        pass: { record: { floor: 1, name: 'a', keeper: 'x' } },
        fail: { record: { floor: 9, name: 'b', keeper: 'x' } },
      },
      evaluate: (door, { params }) => (door.floor > params.max ? fail('too high') : pass()),
    }),
  ],
})

const README = `# Building

How to connect it.

<!-- generated:permissions -->
old
<!-- /generated -->
<!-- generated:streams --><!-- /generated -->
<!-- generated:checks -->
<!-- /generated -->
The end.
`
const controlsOf = (check: string): string[] => (check === 'building.few-floors' ? ['A.7.1', 'A.7.2'] : [])

describe('README tables', () => {
  const text = readmeText(README, collector, controlsOf)

  test('a permission that several streams need stands once, with all of them', () => {
    expect(text).toContain(
      '| [doors:read](https://example.com/rights) | Lists doors | `building.doors`, `building.windows` |',
    )
  })

  test('a stream shows version, key fields and what is redacted', () => {
    expect(text).toContain('| `building.doors/2` | Every door | `floor`, `name` | `keeper`: pseudonym |')
    expect(text).toContain('| `building.windows/1` | Every window | `id` | nothing |')
  })

  test('a check shows its criteria with default params, and its controls', () => {
    expect(text).toContain('| Pass: On floor 4 or below<br>Fail: Above floor 4 | A.7.1, A.7.2 |')
  })

  test('prose stays, old content goes, and a second pass changes nothing', () => {
    expect(text).toContain('How to connect it.')
    expect(text).toContain('The end.')
    expect(text).not.toContain('old')
    expect(readmeText(text, collector, controlsOf)).toBe(text)
  })

  test('a missing, doubled or unclosed block is an error that shows what to write', () => {
    for (const broken of ['', '<!-- generated:a -->', '<!-- generated:a --><!-- /generated -->'.repeat(2)]) {
      expect(() => replaceBlock(broken, 'a', 'x')).toThrow(MissingBlockError)
    }
  })
})

describe('docs/checks.md', () => {
  const text = checksDocument([collector], controlsOf)

  test.each([
    ['criteria', '- Fail: Above floor 4'],
    ['rationale', 'Why: High doors | surprise.'],
    ['remediation', 'What to do: Move the door.'],
    ['params', '| `max` | integer | `4` | Highest floor |'],
    ['examples', '"floor": 9'],
    ['controls', '- Controls: A.7.1, A.7.2'],
    ['a link to each check', '- [building.few-floors](#buildingfew-floors)'],
  ])('has %s', (_, part) => {
    expect(text).toContain(part)
  })
})

test('the registry lists collectors by id, whatever order the folders come in', () => {
  const text = registryText(['github', 'aws-iam', 'git'])
  expect(text).toBe(registryText(['git', 'github', 'aws-iam']))
  expect([...text.matchAll(/import\('(?<path>[^']+)'\)/g)].map(({ groups }) => groups?.['path'])).toEqual([
    './aws-iam/index.ts',
    './git/index.ts',
    './github/index.ts',
  ])
})

test('a key that is computed from more than text has no fields to show', () => {
  const stream = { ...windows, key: (window: { id: string }) => Object.values(window).join() }
  expect(keyFields(stream)).toEqual([])
})

test('a table has as many columns in each line as in its head, whatever the cells hold', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (rows) => {
      const lines = table(['a', 'b'], rows).split('\n')
      expect(lines).toHaveLength(rows.length + 2)
      for (const line of lines) expect(line.replaceAll('\\|', '').match(/\|/g)).toHaveLength(3)
    }),
  )
})
