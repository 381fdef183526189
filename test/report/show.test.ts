import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunView } from '../../src/model/run-view.ts'
import { findingsOf } from '../../src/report/findings.ts'
import { listRunsText } from '../../src/report/list-runs.ts'
import { runRow } from '../../src/report/run-row.ts'
import { showChecks, showResults } from '../../src/report/show-check.ts'
import { showControl } from '../../src/report/show-control.ts'
import { showRun, showSeal } from '../../src/report/show-run.ts'
import type { VerifyJson } from '../../src/report/json/verify.ts'
import { showVerification } from '../../src/report/show-verification.ts'
import { checksOf } from '../../src/report/summary.ts'
import { widthOf } from '../../src/report/wrap.ts'
import { type Example, exampleView, failing, passing } from './example-view.ts'

/** Colours and weights, and nothing else a terminal obeys. */
const SGR = new RegExp(String.raw`${'\u001b'}\[\d{1,2}m`, 'g')

const PLAIN = { columns: 80, color: false }

async function reportOf(view: RunView) {
  return {
    view,
    failed: await findingsOf(view, 'fail', { checks: 5, subjects: 3 }),
    unknown: await findingsOf(view, 'unknown', { checks: 5, subjects: 1 }),
    undeclared: await findingsOf(view, 'not-applicable', { checks: 5, subjects: 1, reason: 'undeclared' }),
  }
}

async function shown(example: Example, look: Parameters<typeof showRun>[1] = PLAIN): Promise<string> {
  return showRun(await reportOf(exampleView(example)), look)
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

/** Text as one line: where it was wrapped does not matter. */
const flat = (text: string) => text.replaceAll(/\s+/g, ' ')

const DENIED: Example = {
  sources: [{ id: 'github-acme', demo: true }, { id: 'git' }],
  items: [
    {
      source: 'github-acme',
      stream: 'github.members',
      reason: 'denied',
      detail: 'the source refused',
      permissions: ['members:read'],
    },
    { source: 'git', stream: 'git.commits' },
  ],
  checks: [
    {
      id: 'github.mfa',
      source: 'github-acme',
      severity: 'critical',
      title: 'Everybody has a second factor',
      results: [failing('ada-1'), failing('ben-2'), failing('cy-3'), failing('di-4'), passing('ed-5')],
    },
  ],
  controls: [
    {
      id: 'A.8.5',
      status: 'fail',
      evidence: [
        {
          check: 'github.mfa',
          source: 'github-acme',
          strength: 'direct',
          shows: 'Who has a second factor.',
          'not-shown': 'Whether it is asked for.',
          status: 'fail',
        },
      ],
      alsoNeeded: 'The access policy.',
    },
    {
      id: 'A.7.1',
      status: 'manual',
      theme: 'physical',
      manual: { reason: 'Doors.', owner: 'Facilities', cadence: 'yearly' },
    },
  ],
}

describe('a run', () => {
  test('says first what is missing: where, why, which permission, what to do', async () => {
    const text = flat(await shown(DENIED))
    expect(text).toContain('INCOMPLETE EVIDENCE 1 of 2 plan items not read whole')
    expect(text).toContain('github-acme (demo data): github.members, scope acme failed: denied. The source refused.')
    expect(text).toContain('Missing permission: members:read')
    expect(text).toContain('To do: Grant members:read to the credentials of github-acme')
    expect(text.indexOf('INCOMPLETE')).toBeLessThan(text.indexOf('Annex A controls'))
    expect(text.indexOf('Annex A controls')).toBeLessThan(text.indexOf('Findings'))
  })

  test('tells one cause once, however many streams and scopes it stopped, and what has parts of its own by itself', async () => {
    const item = (stream: string, scope: string, more: object = {}) => ({
      source: 'cloud',
      stream,
      scope,
      reason: 'denied' as const,
      detail: 'account 4 could not be entered',
      permissions: ['sts:AssumeRole'],
      ...more,
    })
    const text = flat(
      await shown({
        sources: [{ id: 'cloud' }],
        items: [
          ...['cloud.a', 'cloud.b', 'cloud.c', 'cloud.d'].map((stream) => item(stream, '4/global')),
          item('cloud.a', '4/north'),
          item('cloud.e', '5/global', { permissions: ['e:read'] }),
          item('cloud.f', '4/global', { partial: true, gaps: [{ reason: 'denied', count: 1, subjects: ['one'] }] }),
        ],
      }),
    )
    expect(text).toContain('INCOMPLETE EVIDENCE 7 of 7 plan items not read whole')
    expect(text).toContain(
      'cloud: 4 streams (cloud.a, cloud.b, cloud.c and 1 more), 5 plan items of 2 scopes: 4/global and 4/north failed: denied.',
    )
    expect(text.split('Missing permission: sts:AssumeRole').length - 1).toBe(2)
    expect(text).toContain('cloud: cloud.e, scope 5/global failed: denied.')
    expect(text).toContain('cloud: cloud.f, scope 4/global partial: denied.')
  })

  test('counts controls by theme, with totals', async () => {
    const text = flat(await shown(DENIED))
    expect(text).toContain('Physical 0 0 0 0 0 1 1')
    expect(text).toContain('All 0 1 0 0 0 1 2')
  })

  test('shows the worst findings with subjects, what to do, controls, and how to see the rest', async () => {
    const text = flat(await shown(DENIED, { ...PLAIN, options: '--store evidence' }))
    expect(text).toContain('CRITICAL Everybody has a second factor')
    expect(text).toContain('5 of 5 subjects inspected: 1 pass, 4 fail.')
    expect(text).toContain('✗ ada-1: it is off')
    expect(text).not.toContain('di-4')
    expect(text).toContain('and 1 more: affiant show 12 --check github.mfa --store evidence')
    expect(text).toContain('To do: Turn it on.')
    expect(text).toContain('Controls: A.8.5')
  })

  test('caps findings and says how many there are', async () => {
    const checks = Array.from({ length: 8 }, (_, index) => ({
      id: `git.c${index}`,
      source: 'git',
      results: [failing('a')],
    }))
    const text = flat(await shown({ checks }))
    expect(text).toContain('and 3 more: affiant show 12 --failed')
    expect(text).not.toContain('git.c5')
  })

  test('names unknown checks, missing declarations and what config leaves out', async () => {
    const text = flat(
      await shown({
        sources: [{ id: 'git', excluded: ['legacy', 'archived, ticket 7'] }],
        checks: [
          {
            id: 'git.u',
            source: 'git',
            results: [{ status: 'unknown', reason: 'unlicensed', subject: 's' }],
            reason: 'unlicensed',
          },
          {
            id: 'git.d',
            source: 'git',
            status: 'not-applicable',
            reason: 'undeclared',
            results: [{ status: 'not-applicable', reason: 'undeclared', subject: 's', detail: 'declare people' }],
          },
          { id: 'git.off', source: 'git', status: 'not-applicable', reason: 'disabled', disabled: 'Reviewed by hand' },
        ],
      }),
    )
    expect(text).toContain('git.u on git: unknown, unlicensed')
    expect(text).toContain('To do: Declare people.')
    expect(text).toContain('git: legacy: archived, ticket 7')
    expect(text).toContain('git.off on git: Reviewed by hand')
    expect(text).not.toContain('INCOMPLETE')
  })

  test('that was never sealed is called no evidence', async () => {
    const view = exampleView({ unsealed: true })
    expect(flat(showRun(await reportOf(view), PLAIN))).toContain('NEVER SEALED')
    expect(showSeal(view, PLAIN)).toBe('')
  })
})

describe('one control', () => {
  test('shows evidence with what it does not show, state and what is needed besides', () => {
    const view = exampleView(DENIED)
    const [control, manual] = view.controls
    if (!control || !manual) throw new Error('the example has two controls')
    const text = flat(showControl(view, control, PLAIN))
    expect(text).toContain('github.mfa on github-acme (demo data), direct fail')
    expect(text).toContain('Does not show: Whether it is asked for.')
    expect(text).toContain('Also needed The access policy.')
    expect(flat(showControl(view, manual, PLAIN))).toContain('Owner: Facilities. Cadence: yearly.')
  })

  test('shows what was read before what no source of the run could give', () => {
    const view = exampleView(DENIED)
    const [control] = view.controls
    const [link] = control?.evidence ?? []
    if (!control || !link) throw new Error('the example has a control with evidence')
    const { source: _, ...elsewhere } = {
      ...link,
      check: 'okta.mfa',
      status: 'not-collected' as const,
      reason: 'no-source',
    }
    const text = flat(showControl(view, { ...control, evidence: [elsewhere, link] }, PLAIN))
    expect(text.indexOf('github.mfa')).toBeLessThan(text.indexOf('okta.mfa'))
  })
})

describe('one check', () => {
  test('shows criteria, thresholds and every subject with state and reason', async () => {
    const view = exampleView(DENIED)
    const text = flat(await joined(showChecks(view, checksOf(view), PLAIN)))
    expect(text).toContain('Passes if: At most 4 are there.')
    expect(text).toContain('With: max = 4')
    for (const subject of ['✗ di-4: it is off', '✓ ed-5']) expect(text).toContain(subject)
  })

  test('--failed shows failed subjects only, --unknown all that is incomplete', async () => {
    const view = exampleView(DENIED)
    const failed = flat(await joined(showResults(view, checksOf(view, ['fail']), 'fail', PLAIN)))
    expect(failed).toContain('di-4')
    expect(failed).not.toContain('ed-5')
    expect(failed).not.toContain('INCOMPLETE')
    expect(flat(await joined(showResults(view, [], 'unknown', PLAIN)))).toContain('INCOMPLETE EVIDENCE')
  })

  test('subjects are printed as they are read', async () => {
    let read = 0
    const view: RunView = {
      ...exampleView(DENIED),
      async *resultLines() {
        for (read = 0; read < 100_000; read += 1) yield failing(`subject-${read}`)
      },
    }
    const pieces = showChecks(view, checksOf(view), PLAIN)[Symbol.asyncIterator]()
    for (let piece = 0; piece < 5; piece += 1) await pieces.next()
    await pieces.return?.()
    expect(read).toBeGreaterThan(0)
    expect(read).toBeLessThan(5000)
  })
})

test('the list marks runs that were never sealed, incomplete ones, demo data and unreadable ones', () => {
  const rows = [
    runRow(exampleView({ number: 1, unsealed: true })),
    runRow(exampleView({ ...DENIED, number: 2 })),
    { number: 3, problem: 'plan.json is damaged' },
  ]
  const text = listRunsText(rows, PLAIN)
  expect(text).toMatch(/1 {2}2026-10-01 06:00 +daily +schedule +never sealed/)
  expect(text).toMatch(/2 {2}2026-10-01 06:00\* +daily +schedule +1 of 2 +0 pass 1 fail 0 unknown/)
  expect(text).toContain('has demo data')
  expect(text).toMatch(/3 +not readable/)
  expect(listRunsText([], PLAIN)).toContain('no runs')
})

const level = (value: string, detail = 'as it should be') => ({ value, detail }) as { value: 'yes'; detail: string }

const VERIFIED: VerifyJson = {
  schema: 'affiant.verify/1',
  exitCode: 0,
  verifier: { version: '1.2.3' },
  verifiers: [],
  target: { kind: 'run', name: '12' },
  levels: {
    intact: level('yes'),
    authentic: level('yes'),
    chained: level('yes'),
    timed: { value: 'no', detail: 'no timestamp', tokens: 0, without: 3 },
    complete: level('yes'),
    anchored: level('no', 'no head'),
  },
  keyIds: ['a'.repeat(64)],
  entries: 14,
  runs: [],
  runCounts: { sealed: 1, aborted: 0, open: 0, verified: 1 },
  incomplete: [],
  incompleteOmitted: 0,
  withheld: { count: 0, reasons: [] },
  failures: [],
  omitted: 0,
  checked: { files: 12, bytes: 3456 },
  demoSources: [],
  notProved: 'This does not show everything.',
}

describe('a verification', () => {
  test('says what it found in six levels, and what it does not show', () => {
    const text = showVerification(VERIFIED, PLAIN)
    expect(text).toMatch(/^Run 12 is verified\.$/m)
    expect(text.match(/^[✓✗–] \w+ +[\w-]+ /gm)?.map((line) => line.replaceAll(/ +/g, ' ').trim())).toEqual([
      '✓ intact yes',
      '✓ authentic yes',
      '✓ chained yes',
      '– timed no',
      '✓ complete yes',
      '– anchored no',
    ])
    expect(text).toContain('This does not show everything.')
    expect(flat(text)).toContain('Checked: 1 run, 12 files, 3,456 bytes.')
  })

  test('that fails names each failure, with its file and what it means', () => {
    const failed = showVerification(
      {
        ...VERIFIED,
        exitCode: 4,
        levels: { ...VERIFIED.levels, intact: { value: 'no', detail: 'something was changed' } },
        demoSources: ['github-acme'],
        failures: [
          {
            code: 'object-changed',
            file: 'runs/000000012/records/x.jsonl',
            detail: 'other bytes',
            level: 'intact',
            meaning: 'not those sealed',
          },
        ],
        omitted: 7,
      },
      PLAIN,
    )
    expect(failed).toMatch(/^Run 12 is NOT verified: 8 failures\.$/m)
    expect(failed).toMatch(/^✗ intact +no +something was changed$/m)
    expect(flat(failed)).toContain('object-changed runs/000000012/records/x.jsonl other bytes not those sealed')
    expect(flat(failed)).toContain('and 7 more failures')
    expect(flat(failed)).toContain('Has demo data: github-acme')
  })

  test('of an export says for whom and of when it is, what is incomplete and what is withheld', () => {
    const text = flat(
      showVerification(
        {
          ...VERIFIED,
          exitCode: 3,
          target: { kind: 'export', name: 'acme.evx.tar' },
          incomplete: [
            { code: 'failed', run: 3, job: 'daily', planItem: 'git/git.commits/a', detail: 'denied' },
            { code: 'withheld', run: 3, job: 'daily', detail: '2 lines: personal data' },
            { code: 'schedule-gap', run: 5, job: 'daily', detail: 'the next run of daily was due' },
          ],
          withheld: { count: 2, reasons: [{ reason: 'personal data', count: 2 }] },
          export: {
            recipient: 'Example Auditors',
            exportedAt: '2026-10-04T06:00:00.000Z',
            from: '2026-10-01T00:00:00.000Z',
            to: '2026-10-03T00:00:00.000Z',
            sources: ['git'],
          },
        },
        PLAIN,
      ),
    )
    expect(text).toContain('The export acme.evx.tar is what was sealed, and evidence in it is incomplete.')
    expect(text).toContain('run 3 git/git.commits/a failed: denied')
    expect(text).toContain('run 5 schedule-gap: the next run of daily was due')
    expect(text).toContain('Withheld by the sender: 2 items 2 personal data')
    expect(text).toContain('Made for Example Auditors at 2026-10-04 06:00 UTC')
    expect(text).toContain('Only of the sources git.')
  })

  test('of a run that has no end says so, and of keys on first use that nobody vouches for them', () => {
    const open = {
      run: 12,
      status: 'open' as const,
      incomplete: 0,
      withheld: 0,
      timed: 'no' as const,
    }
    expect(showVerification({ ...VERIFIED, exitCode: 3, runs: [open] }, PLAIN)).toMatch(/^Run 12 was never sealed\.$/m)
    expect(
      showVerification(
        { ...VERIFIED, exitCode: 5, levels: { ...VERIFIED.levels, authentic: { value: 'unpinned', detail: 'x' } } },
        PLAIN,
      ),
    ).toMatch(/^Run 12 is NOT verified: nobody that you trust vouches for its keys\.$/m)
  })
})

describe('whatever the evidence says', () => {
  const nasty = fc
    .array(
      fc.oneof(
        fc.constantFrom('\u001b[2J', '\u009b31m', '\u202e', '\u2066', '\u200b', '\n', '\r', '東京', 'word '),
        fc.string({ unit: 'binary', maxLength: 30 }),
      ),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join(''))

  test('no escape sequence of it reaches the terminal, and no line is too wide', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, fc.constantFrom(80, 120), fc.boolean(), async (text, columns, color) => {
        const look = { columns, color }
        const view = exampleView({
          sources: [{ id: 'git', demo: true, excluded: [text, text] }],
          items: [{ source: 'git', stream: text, scope: text, reason: 'denied', detail: text, permissions: [text] }],
          checks: [
            {
              id: 'git.check',
              source: 'git',
              title: text,
              remediation: text,
              results: [{ ...failing(text, text), name: text }],
            },
          ],
          controls: [
            { id: 'A.8.4', status: 'manual', manual: { reason: text, owner: text, cadence: text }, alsoNeeded: text },
          ],
        })
        const [control] = view.controls
        const all = [
          showRun(await reportOf(view), look),
          control ? showControl(view, control, look) : '',
          await joined(showChecks(view, checksOf(view), look)),
          showVerification(
            {
              ...VERIFIED,
              target: { kind: 'export', name: text },
              origin: text,
              failures: [{ code: 'unreadable', file: text, detail: text, level: 'intact', meaning: text }],
              incomplete: [{ code: 'failed', run: 3, job: text, planItem: text, detail: text }],
              withheld: { count: 1, reasons: [{ reason: text, count: 1 }] },
              export: { recipient: text, exportedAt: text, from: text, to: text, sources: [text], controls: [text] },
              demoSources: [text],
            },
            look,
          ),
        ].join('')
        const unstyled = color ? all.replaceAll(SGR, '') : all
        expect(unstyled.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        for (const line of all.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns)
      }),
      { numRuns: 60 },
    )
  })

  test('no output judges for people or hides a denominator', async () => {
    const view = exampleView(DENIED)
    const text = [
      showRun(await reportOf(view), PLAIN),
      showVerification(VERIFIED, PLAIN),
      await joined(showChecks(view, checksOf(view), PLAIN)),
    ].join('')
    expect(text).not.toMatch(/compliant|certified|effective|%/i)
  })

  test('demo data is called that wherever its source is shown', async () => {
    const view = exampleView(DENIED)
    const text = flat(
      [showRun(await reportOf(view), PLAIN), await joined(showResults(view, checksOf(view), 'fail', PLAIN))].join(''),
    )
    const named = text.match(/github-acme(?! \(demo data\))[^.]{0,30}/g) ?? []
    // The only other place is the sentence that says whose credentials need a right.
    expect(named.filter((place) => !place.includes(', then run again'))).toEqual([])
  })
})
