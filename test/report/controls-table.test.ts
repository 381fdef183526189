import { expect, test } from 'vitest'
import { type ControlFilters, controlsTable } from '../../src/report/controls-table.ts'
import { loaded, own } from '../evaluate/mapping-files.ts'

const small = loaded({
  extensions: [
    own(`extends: small
controls:
  - control: A.8.5
    evidence:
      - { stream: acme.people, strength: context, shows: People., not-shown: Names. }
      - { check: acme.things-owned, strength: supporting, shows: Owners., not-shown: Others. }
`),
  ],
})

function ids(filters: ControlFilters): string[] {
  const table = controlsTable(small, filters)
  return table.ok ? table.rows.map((row) => row.id) : table.problems
}

test('all controls, with coverage, checks and streams', () => {
  expect(controlsTable(small)).toMatchObject({
    ok: true,
    rows: [
      { id: 'A.5.9', coverage: 'partly', checks: [], streams: ['acme.things'], manual: { owner: 'Asset manager' } },
      { id: 'A.5.10', title: 'Use', theme: 'organizational', coverage: 'manual', checks: [], streams: [] },
      {
        id: 'A.8.5',
        coverage: 'automated',
        checks: ['acme.factor-enrolled', 'acme.things-owned'],
        streams: ['acme.people'],
      },
    ],
  })
})

function coverageWith(strength: string): string | undefined {
  const evidence = `{ check: acme.things-owned, strength: ${strength}, shows: a., not-shown: b. }`
  const text = `extends: small\ncontrols:\n  - control: A.5.10\n    evidence: [${evidence}]\n`
  const table = controlsTable(loaded({ extensions: [own(text)] }))
  return table.ok ? table.rows.find((row) => row.id === 'A.5.10')?.coverage : undefined
}

test('a context check alone is not coverage, a supporting one is in part', () => {
  expect(coverageWith('context')).toBe('manual')
  expect(coverageWith('supporting')).toBe('partly')
  expect(coverageWith('direct')).toBe('automated')
})

test.each<[ControlFilters, string[]]>([
  [{ theme: ['technological'] }, ['A.8.5']],
  [{ theme: ['Technological', 'organizational'] }, ['A.5.9', 'A.5.10', 'A.8.5']],
  [{ attribute: ['detective'] }, ['A.8.5']],
  [{ attribute: ['#Preventive', '#Protect'] }, ['A.5.10', 'A.8.5']],
  [{ attribute: ['Asset management'] }, ['A.5.9']],
  [{ attribute: ['identity-and-access-management'] }, ['A.8.5']],
  [{ coverage: ['manual', 'partly'] }, ['A.5.9', 'A.5.10']],
  [{ theme: ['technological'], coverage: ['manual'] }, []],
])('filters %j', (filters, expected) => {
  expect(ids(filters)).toEqual(expected)
})

test('every value that does not exist is named with a suggestion and the valid ones', () => {
  expect(ids({ theme: ['technical'], attribute: ['#Detectiv', 'zzz'], coverage: ['automatic'] })).toEqual([
    'There is no theme "technical"; did you mean "technological"? Valid: organizational, people, physical, technological.',
    'There is no attribute "#Detectiv"; did you mean "detective"? Valid: asset_management, confidentiality, defence, detective, governance, identify, identity_and_access_management, integrity, preventive, protect, protection.',
    'There is no attribute "zzz". Valid: asset_management, confidentiality, defence, detective, governance, identify, identity_and_access_management, integrity, preventive, protect, protection.',
    'There is no coverage "automatic"; did you mean "automated"? Valid: automated, partly, manual.',
  ])
})
