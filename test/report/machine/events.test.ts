import { describe, expect, it } from 'vitest'
import { documentIn, type Document, eventsIn, exampleRun, hostileExample, ORDINARY, sealedAgain } from './fixture.ts'
import { OCSF } from './ocsf-schema.ts'
import { SARIF } from './sarif-schema.ts'
import { list, problems } from './schema.ts'

const WITHHELD = [{ kind: 'withheld' as const, seq: 3, leafHash: 'f'.repeat(64), reason: 'not for you' }]
const withheld = () => {
  const run = exampleRun({ ...ORDINARY, withheld: WITHHELD })
  return { ...run, results: run.results.slice(1) }
}
const EXAMPLES = [
  ['an ordinary run', () => exampleRun(ORDINARY)],
  ['hostile evidence', () => exampleRun(hostileExample())],
  ['a run with nothing in it', () => exampleRun({ sources: [] })],
  ['withheld results', withheld],
] as const

describe('OCSF findings', () => {
  it.each(EXAMPLES)('are valid of %s', async (_, run) => {
    expect(problems(list(OCSF), await eventsIn(run()))).toEqual([])
  })

  it('has a schema that refuses a caption of another number, and a finding without an id', async () => {
    const [event] = await eventsIn(exampleRun(ORDINARY))
    event.compliance.status = 'Pass'
    delete event.finding_info.uid

    expect(problems(OCSF, event)).toContain("/finding_info must have required property 'uid'")
    expect(problems(OCSF, event)).toContain('/compliance must match a schema in anyOf')
  })

  it('says of each subject what the check says, and of a check what its subjects do not tell', async () => {
    const events = await eventsIn(exampleRun(ORDINARY))

    expect(
      events.map(({ finding_info, resources, compliance, severity }) => [
        finding_info.analytic.uid,
        resources[0].type,
        resources[0].uid,
        compliance.status,
        compliance.status_code,
        severity,
      ]),
    ).toEqual([
      ['git.signed', 'subject', 'k1', 'Fail', undefined, 'Critical'],
      ['git.signed', 'subject', 'k2', 'Pass', undefined, 'Informational'],
      ['git.signed', 'subject', 'k3', 'Unknown', 'denied', 'Critical'],
      ['git.signed', 'subject', 'k4', 'Not Applicable', 'archived', 'Informational'],
      ['git.reviewed', 'subject', 'k1', 'Pass', undefined, 'Informational'],
      // What was read passed: without this line nobody would see that not all was read.
      ['git.read', 'source', 'git', 'Unknown', 'denied', 'High'],
      ['git.read', 'subject', 'k2', 'Pass', undefined, 'Informational'],
      ['hub.mfa', 'source', 'hub', 'Unknown', 'unavailable', 'High'],
      ['hub.off', 'source', 'hub', 'Not Applicable', 'disabled', 'Informational'],
    ])
    expect(events[0].compliance.requirements).toEqual(['A.8.4'])
    expect(events[0].compliance.status_details).toEqual(['5 are there'])
    expect(events[0].remediation.desc).toBe('Turn it on.')
    expect(events[2].evidences[0].data).toEqual({
      path: 'runs/000000012/results/git/git.signed.jsonl',
      sha256: 'a'.repeat(64),
      line: 3,
    })
    expect(events[7].resources[0].data).toMatchObject({ source: 'hub', demo: true })
  })

  it('says that results are withheld, as unknown', async () => {
    const [event] = await eventsIn(withheld())

    expect(event.compliance).toMatchObject({ status: 'Unknown', status_id: 0, status_code: 'withheld' })
    expect(event.evidences).toBeUndefined()
  })

  it('are different events where a check says two things of one subject, of one finding', async () => {
    const results = [
      { status: 'fail', subject: 'twin' },
      { status: 'pass', subject: 'twin' },
    ] as const
    const checks = [{ id: 'git.signed', source: 'git', results }]
    const events = await eventsIn(exampleRun({ sources: [{ id: 'git' }], checks }))
    const ids = (of: (event: Document) => string) => new Set(events.map(of)).size
    expect({
      events: ids(({ metadata }) => metadata.uid),
      findings: ids(({ finding_info }) => finding_info.uid),
    }).toEqual({ events: 2, findings: 1 })
  })

  it('keeps the id of a finding from run to run, and no two have the same', async () => {
    const run = exampleRun(ORDINARY)
    const later = sealedAgain(run)
    const [before, after] = [await eventsIn(run), await eventsIn(later)]
    const ids = (events: Document[]) => events.map(({ finding_info }) => finding_info.uid)

    expect(ids(after)).toEqual(ids(before))
    expect(new Set(ids(before)).size).toBe(before.length)
    expect(after[0].metadata.uid).not.toBe(before[0].metadata.uid)
  })

  it('keeps keys letter for letter, also hostile ones', async () => {
    const run = exampleRun(hostileExample())
    const subjects = new Set((await eventsIn(run)).map(({ resources }) => resources[0].uid))

    expect(subjects).toContain('\u202Eevil\u0000\u001b[31m\u2066\u200b')
  })
})

describe('SARIF logs', () => {
  it.each(EXAMPLES)('are valid of %s', async (_, run) => {
    expect(problems(SARIF, await documentIn(run(), 'sarif'))).toEqual([])
    expect(problems(SARIF, await documentIn(run(), 'sarif', { passes: true }))).toEqual([])
  })

  it('has a schema that refuses links in messages, and levels of what did not fail', async () => {
    const document = await documentIn(exampleRun(ORDINARY), 'sarif')
    const { results } = document.runs[0]
    results[0].message.text = '[a](b)'
    results[1].level = 'error'

    expect(problems(SARIF, document)).toEqual([
      expect.stringContaining('/results/0/message/text must match'),
      expect.stringContaining('/results/1/kind must be equal to constant'),
      expect.stringContaining('/results/1/level must be equal to constant'),
      expect.stringContaining('/results/1 must match a schema in anyOf'),
    ])
  })

  const told = ({ results }: Document) =>
    results.map((one: Document) => [
      one.ruleId,
      one.kind,
      one.level,
      one.locations[0].logicalLocations[0].fullyQualifiedName,
      one.message.text,
    ])

  it('lists what failed as failures, and what is unknown as open', async () => {
    const { runs } = await documentIn(exampleRun(ORDINARY), 'sarif')

    expect(told(runs[0])).toEqual([
      ['git.signed', 'fail', 'error', 'git/acme/api/k1', 'First: 5 are there'],
      ['git.signed', 'open', 'none', 'git/acme/web/k3', 'k3: denied'],
      ['git.read', 'open', 'none', 'git', 'git as a whole: denied'],
      ['hub.mfa', 'open', 'none', 'hub', 'hub as a whole: unavailable'],
    ])
    expect(runs[0].properties.listed).toEqual(['fail', 'unknown'])
  })

  it('lists what passed or does not apply only if it is asked for', async () => {
    const { runs } = await documentIn(exampleRun(ORDINARY), 'sarif', { passes: true })

    expect(told(runs[0]).map(([check, kind, level]: string[]) => `${check} ${kind} ${level}`)).toEqual([
      'git.signed fail error',
      'git.signed pass none',
      'git.signed open none',
      'git.signed notApplicable none',
      'git.reviewed pass none',
      'git.read open none',
      'git.read pass none',
      'hub.mfa open none',
      'hub.off notApplicable none',
    ])
  })

  it('is no successful invocation while something is missing', async () => {
    const [whole, part, less] = await Promise.all([
      documentIn(exampleRun({ items: [{ source: 'git', stream: 'git.commits' }] }), 'sarif'),
      documentIn(exampleRun(ORDINARY), 'sarif'),
      documentIn(exampleRun({ withheld: WITHHELD }), 'sarif'),
    ])
    const invocationOf = (document: Document) => document.runs[0].invocations[0]

    expect(invocationOf(whole)).toMatchObject({ executionSuccessful: true, toolExecutionNotifications: [] })
    expect(invocationOf(part).executionSuccessful).toBe(false)
    expect(invocationOf(part).toolExecutionNotifications.map((one: Document) => one.message.text)).toEqual([
      'git/git.commits/acme/web was not read whole (partial, denied): no access',
      'hub/hub.members/* was not read whole (failed, unavailable)',
    ])
    expect(invocationOf(less)).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ message: { text: '1 line of the index is withheld from this evidence' } }],
    })
  })

  it('refers to rules, controls and files that are there', async () => {
    const { runs } = await documentIn(exampleRun(ORDINARY), 'sarif')
    const [{ tool, results, artifacts, taxonomies }] = runs
    const controls = taxonomies[0].taxa.map(({ id }: Document) => id)

    for (const one of results) {
      expect(tool.driver.rules[one.ruleIndex].id).toBe(one.ruleId)
      const { uri, index } = one.locations[0].physicalLocation.artifactLocation
      expect(artifacts[index].location.uri).toBe(uri)
    }
    expect(results[0].locations[0].physicalLocation.region.startLine).toBe(1)
    expect(results[1].locations[0].physicalLocation.region.startLine).toBe(3)
    expect(tool.driver.rules[0].relationships.map((one: Document) => one.target.id)).toEqual(['A.8.4'])
    expect(controls).toContain('A.8.4')
    expect(tool.driver.rules[0].help.text).toBe(
      'Passes if: at most 4 are there Fails if: more than 4 are there What to do: Turn it on.',
    )
  })

  it('keeps fingerprints from run to run, and no two results have the same', async () => {
    const run = exampleRun(ORDINARY)
    const later = sealedAgain(run)
    const prints = async (of: typeof run) =>
      (await documentIn(of, 'sarif')).runs[0].results.map(
        (one: Document) => one.partialFingerprints['affiantSubject/v1'],
      )

    expect(await prints(later)).toEqual(await prints(run))
    expect(new Set(await prints(run)).size).toBe(4)
  })
})
