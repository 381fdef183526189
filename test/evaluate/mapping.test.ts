import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatMappingProblems, loadMapping } from '../../src/evaluate/mapping.ts'
import type { LoadedMapping, MappingEntry } from '../../src/model/control.ts'
import { catalog, known, load, loaded, map, own, problems } from './mapping-files.ts'

describe('the built-in files', () => {
  test('are read as they stand when they have no fault', () => {
    const { mapping, catalog: read } = loaded()
    expect(mapping.controls.map((entry) => entry.control)).toEqual(['A.5.9', 'A.5.10', 'A.8.5'])
    expect(read.controls[2]?.attributes.type).toEqual(['preventive', 'detective'])
  })

  test('their digest is that of their bytes one after the other, extensions too', () => {
    const extension = own('extends: small\ncontrols: []\n')
    const expected = createHash('sha256')
      .update(catalog.text + map.text + extension.text)
      .digest('hex')
    expect(loaded({ extensions: [extension] }).sha256).toBe(expected)
    expect(loaded().sha256).not.toBe(expected)
  })

  test('a control without an entry is a problem that names it', () => {
    const without = map.text.replace(/ {2}- control: A\.5\.10\n(?: {4}.*\n)+/, '')
    expect(problems({ map: without })).toEqual([
      { path: 'map.yaml', line: 3, column: 1, message: 'no entry for A.5.10' },
    ])
  })

  test('an entry for a control that the catalogue does not have is a problem with a suggestion', () => {
    const text = `${map.text}  - control: A.8.55\n    manual: { reason: a, owner: b, cadence: yearly }\n`
    expect(problems({ map: text })).toEqual([
      { path: 'map.yaml', line: 14, column: 5, message: 'unknown control "A.8.55"; did you mean "A.8.5"?' },
    ])
  })

  test('controls out of order or twice are problems', () => {
    const swapped = map.text.replace('A.5.9', 'A.x').replace('A.5.10', 'A.5.9').replace('A.x', 'A.5.10')
    expect(problems({ map: swapped }).map((problem) => problem.message)).toContain(
      'A.5.9 stands after A.5.10; sort by control number',
    )
    const twice = map.text.replace('A.5.10', 'A.5.9')
    expect(problems({ map: twice }).map((problem) => problem.message)).toEqual([
      'A.5.9 stands twice; join the two',
      'no entry for A.5.10',
    ])
    const catalogTwice = catalog.text.replace('A.5.10', 'A.5.9')
    expect(problems({ catalog: catalogTwice })[0]).toMatchObject({ path: 'catalog.yaml', line: 9 })
  })

  test('a control that no check decides needs a manual entry, even if a stream is shown', () => {
    const text = map.text.replace(/ {4}manual: \{ reason: Owners.*\n/, '')
    expect(problems({ map: text })).toMatchObject([
      { line: 4, message: 'A.5.9 has no direct or supporting check, so it needs a "manual" entry' },
    ])
  })

  test('a map made for another catalogue is refused', () => {
    expect(problems({ map: map.text.replace('catalog: small', 'catalog: large') })).toMatchObject([
      { line: 2, column: 1, message: 'the catalogue is "small", not "large"' },
    ])
  })

  test.each([
    ['acme.factor-enroled', 'unknown check "acme.factor-enroled"; did you mean "acme.factor-enrolled"?'],
    ['other.thing', 'unknown check "other.thing"'],
    ['acme.things', 'unknown check "acme.things"'],
  ])('a check that is not known is a problem: %s', (id, start) => {
    const [problem, ...others] = problems({ map: map.text.replace('acme.factor-enrolled', id) })
    expect(others).toEqual([])
    expect(problem).toMatchObject({ path: 'map.yaml', line: 13, column: 11 })
    expect(problem?.message.startsWith(start)).toBe(true)
  })

  test('a stream that is not known, and a link given twice, are problems', () => {
    expect(problems({ map: map.text.replace('acme.things,', 'acme.thing,') })).toMatchObject([
      { line: 6, message: 'unknown stream "acme.thing"; did you mean "acme.things"?' },
    ])
    const line = map.text.split('\n')[5]
    expect(problems({ map: map.text.replace(`${line}\n`, `${line}\n${line}\n`) })).toMatchObject([
      { line: 7, message: 'A.5.9 already has stream "acme.things"' },
    ])
  })
})

describe('shape', () => {
  test.each([
    ['an unknown key', 'strength: direct', 'strenght: direct', 13, 'unknown key "strenght"; did you mean "strength"?'],
    ['a value outside the closed list', 'strength: direct', 'strength: dirct', 13, 'did you mean "direct"?'],
    ['a missing key', 'owner: HR, ', '', 9, '"owner" is missing'],
    [
      'text where a list belongs',
      'evidence:\n      - { check',
      'evidence: x\n    zz: { check',
      12,
      'a list, found text',
    ],
    ['neither check nor stream', 'check: acme.factor-enrolled, ', '', 13, 'give either check or stream'],
    ['an empty sentence', 'shows: A factor.', 'shows: ""', 13, '"shows" must not be empty'],
    [
      'neither evidence nor manual',
      '    manual: { reason: Read by people., owner: HR, cadence: yearly }\n',
      '',
      8,
      'needs evidence or',
    ],
  ])('%s is a problem at its line', (_name, from, to, line, message) => {
    expect(map.text).toContain(from)
    const found = problems({ map: map.text.replace(from, to) })
    expect(found.map((problem) => problem.path)).toContain('map.yaml')
    expect(found.find((problem) => problem.line === line && problem.message.includes(message))).toBeDefined()
  })

  test('a key given twice and YAML that does not parse are problems, not exceptions', () => {
    expect(problems({ map: `id: small\n${map.text}` })).toMatchObject([
      { line: 2, column: 1, message: 'this key was already given; keep one of the two' },
    ])
    expect(problems({ map: 'controls: [' })[0]?.message).toMatch(/^not valid YAML: /)
    expect(problems({ map: '' })).toMatchObject([
      { line: 1, column: 1, message: 'this must be a set of keys, found nothing' },
    ])
    expect(problems({ map: 'id: *nowhere' })).toHaveLength(1)
  })

  test('the problems of all files come at once, one printed line each', () => {
    const found = problems({
      catalog: catalog.text.replace('theme: technological', 'theme: technical'),
      map: map.text.replace('acme.factor-enrolled', 'acme.factor'),
      extensions: [own('extends: small\ncontrols:\n  - control: A.5.11\n')],
    })
    expect(formatMappingProblems(found).split('\n')).toEqual([
      'catalog.yaml:15:5  "theme" must be one of organizational, people, physical, technological; did you mean "technological"?',
      'map.yaml:13:11  unknown check "acme.factor"; did you mean "acme.factor-enrolled"?',
      'own.yaml:3:5  unknown control "A.5.11"; did you mean "A.5.10"?',
    ])
  })

  test('whatever the text, it is read or there is a problem with a place inside it', () => {
    const piece = fc.constantFrom(
      ...map.text.split(/(?<=\W)/),
      '\t',
      '&a ',
      '*a',
      '!x ',
      '---\n',
      '? ',
      '\u0000',
      '{',
      '- ',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, fc.nat(map.text.length), (noise, cut) => {
        for (const broken of [noise, map.text.slice(0, cut) + noise + map.text.slice(cut)]) {
          const result = load({ extensions: [own(broken)] })
          if (result.ok) continue
          expect(result.problems.length).toBeGreaterThan(0)
          for (const { line, column } of result.problems) {
            expect(line).toBeGreaterThanOrEqual(1)
            expect(line).toBeLessThanOrEqual(broken.split('\n').length)
            expect(column).toBeGreaterThanOrEqual(1)
          }
        }
      }),
    )
  })
})

function entryOf(mapping: LoadedMapping, id: string): MappingEntry | undefined {
  return mapping.mapping.controls.find((candidate) => candidate.control === id)
}

describe('a file of the user', () => {
  const head = 'extends: small\ncontrols:\n'

  test('adds evidence behind ours, also of plug-ins, and appends what is also needed', () => {
    const result = loaded({
      extensions: [
        own(`${head}  - control: A.5.10
    evidence:
      - { check: plugin.badge-returned, strength: supporting, shows: Badges came back., not-shown: Keys. }
    also-needed: The signed receipts.
  - control: A.5.9
    evidence:
      - { check: acme.things-owned, strength: direct, shows: Things have owners., not-shown: If they know. }
`),
      ],
    })
    expect(entryOf(result, 'A.5.9')?.evidence?.map((link) => link.check ?? link.stream)).toEqual([
      'acme.things',
      'acme.things-owned',
    ])
    expect(entryOf(result, 'A.5.10')).toMatchObject({
      evidence: [{ check: 'plugin.badge-returned' }],
      manual: { owner: 'HR' },
      'also-needed': 'The rules. The signed receipts.',
    })
    expect(result.mapping.controls.map((one) => one.control)).toEqual(['A.5.9', 'A.5.10', 'A.8.5'])
  })

  test('replaces manual where we have one and adds it where we have none', () => {
    const manual = 'manual: { reason: Our way., owner: COO, cadence: monthly }'
    const result = loaded({
      extensions: [own(`${head}  - control: A.5.10\n    ${manual}\n  - control: A.8.5\n    ${manual}\n`)],
    })
    expect(entryOf(result, 'A.5.10')?.manual).toEqual({ reason: 'Our way.', owner: 'COO', cadence: 'monthly' })
    expect(entryOf(result, 'A.8.5')).toMatchObject({ evidence: [{ strength: 'direct' }], manual: { owner: 'COO' } })
  })

  test('cannot restate a link of ours, so it cannot weaken one', () => {
    const extension = own(`${head}  - control: A.8.5
    evidence:
      - { check: acme.factor-enrolled, strength: context, shows: Nothing., not-shown: All. }
`)
    expect(problems({ extensions: [extension] })).toEqual([
      {
        path: 'own.yaml',
        line: 5,
        column: 11,
        message: 'A.8.5 already has check "acme.factor-enrolled"; an extension only adds',
      },
    ])
  })

  test('may not contradict another file of the user, nor name a control twice', () => {
    const manual = '    manual: { reason: Our way., owner: COO, cadence: monthly }\n'
    const one = own(`${head}  - control: A.5.10\n${manual}`, 'one.yaml')
    const two = own(`${head}  - control: A.5.10\n${manual}`, 'two.yaml')
    expect(problems({ extensions: [one, two] })).toMatchObject([
      { path: 'two.yaml', line: 4, message: 'one.yaml already gives "manual" for A.5.10; keep one of the two' },
    ])
    const twice = own(`${head}  - control: A.8.5\n    also-needed: a\n  - control: A.8.5\n    also-needed: b\n`)
    expect(problems({ extensions: [twice] })).toMatchObject([{ line: 5, message: 'A.8.5 stands twice; join the two' }])
  })

  test('is refused with an unknown check or for another mapping', () => {
    const extension = own(`extends: other
controls:
  - control: A.8.5
    evidence:
      - { check: plugin.badge-return, strength: context, shows: Nothing., not-shown: All. }
`)
    expect(problems({ extensions: [extension] }).map(({ line, message }) => [line, message])).toEqual([
      [5, 'unknown check "plugin.badge-return"; did you mean "plugin.badge-returned"?'],
      [1, 'there is no mapping "other" to extend; it is "small"'],
    ])
  })

  test('a plug-in that is not loaded makes its checks unknown', () => {
    const extension = own(
      `${head}  - control: A.8.5\n    evidence:\n      - { check: plugin.badge-returned, strength: context, shows: a, not-shown: b }\n`,
    )
    const without = { ...known, checks: known.checks.filter((id) => !id.startsWith('plugin.')) }
    const result = loadMapping({ catalog, map, extensions: [extension] }, without)
    expect(result).toMatchObject({ ok: false, problems: [{ message: 'unknown check "plugin.badge-returned"' }] })
  })
})
