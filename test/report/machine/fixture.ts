import type { RunEvidence } from '../../../src/model/report-source.ts'
import type { Statement } from '../../../src/model/statement.ts'
import type { SealedEvidence } from '../../../src/report/machine/facts.ts'
import { exampleSource, type SourceExample, textOf } from '../html/example-source.ts'
import { type MachineFormat, machineFile } from '../../../src/report/machine/files.ts'
import type { SarifOptions } from '../../../src/report/sarif/log.ts'

const digest = (letter: string) => ({ sha256: letter.repeat(64) })

/** A sealed run out of few words, with what its seal says of files. Scopes are those of its plan items. */
export function exampleRun(example: SourceExample = {}): SealedEvidence {
  const { run } = exampleSource(example)
  if (run.seal === undefined) throw new Error('the example is sealed')
  const statement = {
    ...run.statement,
    subject: [
      { name: 'manifest-sha256.txt', digest: digest('d') },
      { name: 'index.jsonl', digest: digest('e') },
    ],
    predicate: {
      ...run.statement?.predicate,
      ledger: { origin: 'affiant.dev/acme-prod' },
      plan: digest('c'),
      subjects: {},
    },
  } as unknown as Statement
  const scopesOf = (source: string) => [
    ...new Set(run.outcomes.filter((line) => line.source === source).map(({ scope }) => scope)),
  ]
  return {
    ...run,
    seal: run.seal,
    statement,
    // Real-world names stand inside JSON, never in a path.
    results: run.results.map((line, at) =>
      /^[\w./-]+$/.test(line.path) ? line : { ...line, path: `results/${at}.jsonl` },
    ),
    sources: run.sources.map((line) => ({
      ...line,
      scopes: [...line.scopes, ...scopesOf(line.source).map((id) => ({ id }))],
    })),
  }
}

/** The same evidence, sealed again. */
export function sealedAgain(run: SealedEvidence): SealedEvidence {
  return { ...run, number: run.number + 1, seal: { ...run.seal, sha256: '9'.repeat(64) } }
}

export async function textIn(run: RunEvidence, format: MachineFormat, options?: SarifOptions): Promise<string> {
  return textOf(machineFile(run, format, options))
}

/** A document of one of three standards, each held to a schema: its type is not ours. */
export type Document = ReturnType<typeof JSON.parse>

export async function documentIn(run: RunEvidence, format: 'oscal' | 'sarif', options?: SarifOptions) {
  return JSON.parse(await textIn(run, format, options))
}

export async function eventsIn(run: RunEvidence): Promise<Document[]> {
  const text = await textIn(run, 'ocsf')
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
}

/** Evidence that is whole, partial and unknown, on two sources. */
export const ORDINARY: SourceExample = {
  sources: [{ id: 'git' }, { id: 'hub', demo: true }],
  items: [
    { source: 'git', stream: 'git.commits', scope: 'acme/api' },
    { source: 'git', stream: 'git.commits', scope: 'acme/web', reason: 'denied', partial: true, detail: 'no access' },
    { source: 'hub', stream: 'hub.members', scope: '*', reason: 'unavailable' },
  ],
  events: ['git.commits'],
  checks: [
    {
      id: 'git.signed',
      source: 'git',
      severity: 'critical',
      results: [
        { status: 'fail', subject: 'k1', name: 'First', scope: 'acme/api', detail: '5 are there' },
        { status: 'pass', subject: 'k2', scope: 'acme/api' },
        { status: 'unknown', reason: 'denied', subject: 'k3', scope: 'acme/web' },
        { status: 'not-applicable', reason: 'archived', subject: 'k4', scope: 'acme/api' },
      ],
    },
    {
      id: 'git.reviewed',
      source: 'git',
      severity: 'low',
      results: [{ status: 'pass', subject: 'k1', scope: 'acme/api' }],
    },
    // All that could be read passed, and not all could be read.
    {
      id: 'git.read',
      source: 'git',
      status: 'unknown',
      reason: 'denied',
      results: [{ status: 'pass', subject: 'k2' }],
    },
    { id: 'hub.mfa', source: 'hub', status: 'unknown', reason: 'unavailable' },
    { id: 'hub.off', source: 'hub', status: 'not-applicable', reason: 'disabled', disabled: 'not used here' },
  ],
  controls: [
    {
      id: 'A.8.4',
      status: 'fail',
      evidence: ['git.signed', 'git.reviewed', 'git.read'].map((check) => ({
        check,
        source: 'git',
        strength: check === 'git.read' ? 'supporting' : 'direct',
        shows: `What ${check} shows`,
        'not-shown': 'Everything else',
        status: 'pass',
      })),
    },
    {
      id: 'A.8.5',
      status: 'unknown',
      evidence: [
        {
          check: 'hub.mfa',
          source: 'hub',
          strength: 'direct',
          shows: 'Logins',
          'not-shown': 'Cards',
          status: 'unknown',
        },
        {
          check: 'git.signed',
          source: 'git',
          strength: 'context',
          shows: 'A side',
          'not-shown': 'All',
          status: 'fail',
        },
      ],
    },
    { id: 'A.7.1', status: 'manual', manual: { reason: 'Walls', owner: 'Facilities', cadence: 'yearly' } },
  ],
}

export const HOSTILE = [
  '<script>alert(1)</script>',
  '[click](javascript:alert(1)) {0} `code` **bold** {{ insert: param, x }}',
  '\u202Eevil\u0000\u001b[31m\u2066\u200b',
  '  \n\t ',
  '=1+1',
  '../../etc/passwd',
  '',
  '__proto__',
  'é漢字🔐"\\',
]

/** The same words wherever evidence has a place for words. */
export function hostileExample(): SourceExample {
  return {
    sources: [{ id: 'git', excluded: ['labs', HOSTILE[1] ?? ''] }],
    identity: { id: HOSTILE[0] ?? '', name: HOSTILE[1] ?? '', principal: { kind: 'user', name: HOSTILE[2] ?? '' } },
    items: HOSTILE.map((scope) => ({
      source: 'git',
      stream: `s.${scope}`,
      scope,
      reason: 'invalid',
      partial: true,
      detail: scope,
    })),
    checks: HOSTILE.map((id) => ({
      id: `x${id}`,
      source: 'git',
      title: id,
      remediation: id,
      disabled: id,
      reason: id,
      results: HOSTILE.map((subject) => ({
        status: 'fail' as const,
        subject,
        name: subject,
        scope: subject,
        detail: subject,
      })),
    })),
    controls: HOSTILE.map((id) => ({
      id,
      status: 'fail' as const,
      evidence: [
        {
          check: `x${id}`,
          source: 'git',
          strength: 'direct' as const,
          shows: id,
          'not-shown': id,
          status: 'fail' as const,
        },
      ],
    })),
  }
}
