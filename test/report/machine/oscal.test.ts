import { describe, expect, it } from 'vitest'
import { documentIn, type Document, exampleRun, hostileExample, ORDINARY, sealedAgain } from './fixture.ts'
import { OSCAL } from './oscal-schema.ts'
import { problems } from './schema.ts'

const prop = (thing: Document, name: string): string | undefined =>
  thing.props?.find((one: Document) => one.name === name)?.value
const resultOf = (document: Document) => document['assessment-results'].results[0]
const testOf = (document: Document, check: string) =>
  resultOf(document).observations.find((one: Document) => prop(one, 'check') === check)

describe('OSCAL assessment results', () => {
  it.each([
    ['an ordinary run', ORDINARY],
    ['hostile evidence', hostileExample()],
    ['a run with nothing in it', { sources: [] }],
    [
      'withheld lines',
      { ...ORDINARY, withheld: [{ kind: 'withheld', seq: 3, leafHash: 'f'.repeat(64), reason: 'x' }] },
    ],
  ] as const)('are valid of %s', async (_, example) => {
    expect(problems(OSCAL, await documentIn(exampleRun(example), 'oscal'))).toEqual([])
  })

  it('has a schema that refuses what NIST refuses', async () => {
    const document = await documentIn(exampleRun(ORDINARY), 'oscal')
    delete resultOf(document).observations[0].collected
    resultOf(document).findings[0].target.status.state = 'unknown'
    resultOf(document).observations[1].title = 'two\nlines'

    expect(problems(OSCAL, document)).toEqual([
      expect.stringContaining("/observations/0 must have required property 'collected'"),
      expect.stringContaining('/observations/1/title must match'),
      expect.stringContaining('/findings/0/target/status/state must be equal to one of'),
    ])
  })

  it('has a finding only where a check passed or failed, and never for context', async () => {
    const { findings, observations } = resultOf(await documentIn(exampleRun(ORDINARY), 'oscal'))

    expect(
      findings.map((one: Document) => [one.target['target-id'], one.target.status.state, prop(one, 'strength')]),
    ).toEqual([
      ['A.8.4_git.signed', 'not-satisfied', 'direct'],
      ['A.8.4_git.reviewed', 'satisfied', 'direct'],
    ])
    expect(
      observations
        .filter((one: Document) => one.methods[0] === 'TEST')
        .map((one: Document) => [prop(one, 'check'), prop(one, 'status'), prop(one, 'reason')]),
    ).toEqual([
      ['git.signed', 'fail', undefined],
      ['git.reviewed', 'pass', undefined],
      ['git.read', 'unknown', 'denied'],
      ['hub.mfa', 'unknown', 'unavailable'],
      ['hub.off', 'not-applicable', 'disabled'],
    ])
  })

  it('counts what has no finding, and says what was not read', async () => {
    const result = resultOf(await documentIn(exampleRun(ORDINARY), 'oscal'))

    expect(result.remarks).toContain('3 checks of 5 could not be judged, or did not apply, or are withheld')
    expect(result.remarks).toContain('Not everything that was planned could be read')
    expect(result.remarks).toContain('Demo data: hub.')
    expect(prop(result, 'checks-unknown')).toBe('2')
    const examined = result.observations.find((one: Document) => prop(one, 'stream') === 'git.commits')
    expect(examined.methods).toEqual(['EXAMINE'])
    expect(examined.subjects.map((one: Document) => [one.title, prop(one, 'status'), prop(one, 'reason')])).toEqual([
      ['acme/api', 'complete', undefined],
      ['acme/web', 'partial', 'denied'],
    ])
  })

  it('lists every subject of a check with its state', async () => {
    const observation = testOf(await documentIn(exampleRun(ORDINARY), 'oscal'), 'git.signed')

    expect(
      observation.subjects.map((one: Document) => [one.title, prop(one, 'status'), prop(one, 'reason'), one.remarks]),
    ).toEqual([
      ['First', 'fail', undefined, '5 are there'],
      ['k2', 'pass', undefined, undefined],
      ['k3', 'unknown', 'denied', undefined],
      ['k4', 'not-applicable', 'archived', undefined],
    ])
    expect(
      ['in-scope', 'passed', 'failed', 'not-applicable', 'unknown'].map((name) => prop(observation, name)),
    ).toEqual(['4', '1', '1', '1', '1'])
  })

  it.each([
    ['ordinary', ORDINARY],
    ['hostile', hostileExample()],
  ] as const)('refers to nothing that it does not define (%s)', async (_, example) => {
    const { 'assessment-results': document } = await documentIn(exampleRun(example), 'oscal')
    const [result] = document.results
    const local = result['local-definitions']
    const uuids = (things: Document[] = []) => things.map(({ uuid }) => uuid)
    const resources = new Set(uuids(document['back-matter'].resources))
    const subjects = [...uuids(local.components), ...uuids(local['inventory-items'])]
    const tools = new Set(uuids(local['assessment-assets'].components))
    const tests = new Set(uuids(result.observations))
    const objectives = new Set(
      document['local-definitions']['objectives-and-methods'].flatMap((one: Document) =>
        one.parts.map(({ id }: Document) => id),
      ),
    )

    expect(new Set(subjects).size).toBe(subjects.length)
    expect(resources).toContain(document['import-ap'].href.slice(1))
    for (const observation of result.observations) {
      for (const { href } of observation['relevant-evidence'] ?? []) expect(resources).toContain(href.slice(1))
      for (const one of observation.subjects) expect(subjects).toContain(one['subject-uuid'])
      expect(tools).toContain(observation.origins[0].actors[0]['actor-uuid'])
    }
    for (const finding of result.findings) {
      expect(objectives).toContain(finding.target['target-id'])
      expect(tests).toContain(finding['related-observations'][0]['observation-uuid'])
    }
    expect(result.findings.length).toBeGreaterThan(0)
  })

  it('has one objective for a check on two sources, with the criteria of each where they differ', async () => {
    const link = (source: string) => ({
      check: 'git.signed',
      source,
      strength: 'direct' as const,
      shows: 'Signatures',
      'not-shown': 'Keys',
      status: 'pass' as const,
    })
    const run = exampleRun({
      sources: [{ id: 'one' }, { id: 'two' }],
      checks: ['one', 'two'].map((source) => ({
        id: 'git.signed',
        source,
        results: [{ status: 'pass' as const, subject: 'k1' }],
      })),
      controls: [{ id: 'A.8.4', status: 'pass', evidence: [link('one'), link('two')] }],
    })
    const [first, second] = run.plan.checks
    if (first === undefined || second === undefined) throw new Error('the example has two checks')
    const criteria = { pass: 'none is there', fail: 'one is there' }
    const document = await documentIn(
      { ...run, plan: { ...run.plan, checks: [first, { ...second, criteria }] } },
      'oscal',
    )
    const parts = document['assessment-results']['local-definitions']['objectives-and-methods'][0].parts

    expect(parts.map((one: Document) => one.prose)).toEqual([
      'On one: Passes if: at most 4 are there\n\nFails if: more than 4 are there\n\nOn two: Passes if: none is there\n\nFails if: one is there',
    ])
    expect(resultOf(document).findings.map((one: Document) => prop(one, 'source'))).toEqual(['one', 'two'])
  })

  it('gives a subject one id in every check and every run, and what is said of it a new one', async () => {
    const first = await documentIn(exampleRun(ORDINARY), 'oscal')
    const later = await documentIn(sealedAgain(exampleRun(ORDINARY)), 'oscal')
    const idIn = (document: Document, check: string) => testOf(document, check).subjects[0]['subject-uuid']

    expect(idIn(first, 'git.signed')).toBe(idIn(first, 'git.reviewed'))
    expect(idIn(later, 'git.signed')).toBe(idIn(first, 'git.signed'))
    expect(testOf(later, 'git.signed').uuid).not.toBe(testOf(first, 'git.signed').uuid)
  })

  it('says which checks are withheld, and names no file that the evidence has not', async () => {
    const run = exampleRun({
      ...ORDINARY,
      withheld: [{ kind: 'withheld', seq: 3, leafHash: 'f'.repeat(64), reason: 'not for you' }],
    })
    const document = await documentIn({ ...run, results: run.results.slice(1) }, 'oscal')
    const observation = testOf(document, 'git.signed')
    const paths = document['assessment-results']['back-matter'].resources.map((one: Document) => one.rlinks[0].href)

    expect(prop(observation, 'status')).toBe('withheld')
    expect(observation.remarks).toBe('The results of this check are withheld from this evidence.')
    expect(observation['relevant-evidence']).toBeUndefined()
    expect(resultOf(document).findings).toHaveLength(1)
    expect(resultOf(document).remarks).toContain('1 line of the index of the run is withheld')
    expect(paths).toContain('runs/000000012/plan.json')
    expect(paths.filter((path: string) => /git\.signed|manifest|index\.jsonl/.test(path))).toEqual([])
  })

  it('gives Markdown in evidence no meaning', async () => {
    const texts: string[] = []
    JSON.stringify(await documentIn(exampleRun(hostileExample()), 'oscal'), (name, value) => {
      if (/^(?:title|description|remarks|prose)$/.test(name)) texts.push(value)
      return value
    })

    expect(texts).toContain(
      String.raw`\[click\](javascript:alert(1)) \{0\} \`code\` \*\*bold\*\* \{\{ insert: param, x \}\}`,
    )
    expect(texts).toContain(String.raw`\<script\>alert(1)\</script\>`)
    expect(texts.filter((text) => text.includes('[click]('))).toEqual([])
  })
})
