import type { ControlLine, ControlStatus } from '../../src/model/control.ts'
import type { OutcomeLine, ResultsLine, SourceLine } from '../../src/model/index-line.ts'
import type { Gap, Outcome } from '../../src/model/outcome.ts'
import type { PlannedCheck } from '../../src/model/plan.ts'
import type { Counts, ResultLine } from '../../src/model/result.ts'
import type { RunView } from '../../src/model/run-view.ts'
import type { Statement } from '../../src/model/statement.ts'
import type { Severity } from '../../src/sdk/check.ts'
import type { Reason } from '../../src/sdk/errors.ts'

const SHA = 'a'.repeat(64)
const AT = '2026-10-01T06:00:00.000Z'

/** What a test says of a run; everything else is filled in. */
export interface Example {
  number?: number
  sources?: readonly { id: string; demo?: boolean; failed?: Reason; excluded?: readonly [string, string] }[]
  items?: readonly ExampleItem[]
  checks?: readonly ExampleCheck[]
  controls?: readonly ExampleControl[]
  unsealed?: boolean
}

interface ExampleItem {
  source: string
  stream: string
  scope?: string
  reason?: Reason
  partial?: boolean
  detail?: string
  permissions?: string[]
  gaps?: Gap[]
  credentials?: Outcome['credentials']
  carriedOver?: Outcome['carriedOver']
  sweep?: Outcome['sweep']
}

interface ExampleCheck {
  id: string
  source: string
  severity?: Severity
  title?: string
  remediation?: string
  results?: readonly ResultLine[]
  status?: ResultsLine['summary']['status']
  reason?: string
  disabled?: string
}

interface ExampleControl {
  id: string
  status: ControlStatus
  theme?: ControlLine['theme']
  evidence?: ControlLine['evidence']
  manual?: NonNullable<ControlLine['manual']>
  alsoNeeded?: string
}

export function exampleView(example: Example = {}): RunView {
  const { number = 12, sources = [{ id: 'git' }], items = [], checks = [], controls = [] } = example
  const results = checks.map(resultsLine)
  const outcomes = items.map(outcomeLine)
  const incomplete = outcomes.filter(({ outcome }) => outcome.status !== 'complete').length
  const tally = (status: string) => results.filter(({ summary }) => summary.status === status).length
  const statement = {
    predicate: {
      keyid: SHA,
      run: { number, openedAt: AT, sealedAt: AT, status: incomplete > 0 ? 'partial' : 'complete' },
      outcomes: { complete: outcomes.length - incomplete, partial: 0, failed: incomplete },
      results: {
        pass: tally('pass'),
        fail: tally('fail'),
        unknown: tally('unknown'),
        'not-applicable': tally('not-applicable'),
      },
    },
  } as Statement
  return {
    number,
    folder: `runs/${String(number).padStart(9, '0')}`,
    plan: {
      version: 1,
      run: {
        number,
        job: 'daily',
        trigger: 'schedule',
        openedAt: AT,
        period: { from: '2026-07-03T06:00:00.000Z', to: AT },
      },
      agent: { installation: 'acme-prod', version: '0.1.0', build: { sha256: SHA } },
      config: { sha256: SHA },
      sources: sources.map(({ id, demo }) => ({
        id,
        collector: 'example',
        ...(demo && { demo: true as const }),
        streams: [],
      })),
      checks: checks.map(plannedCheck),
      mappings: [],
    },
    ...(example.unsealed ? {} : { statement }),
    sources: example.unsealed ? [] : sources.map(sourceLine),
    outcomes: example.unsealed ? [] : outcomes,
    results: example.unsealed ? [] : results,
    controls: example.unsealed ? [] : controls.map(controlLine),
    async *resultLines(line) {
      const check = checks.find(({ id, source }) => id === line.summary.check && source === line.summary.source)
      yield* check?.results ?? []
    },
  }
}

export function failing(subject: string, detail = 'it is off'): ResultLine {
  return { status: 'fail', subject, detail }
}

export function passing(subject: string): ResultLine {
  return { status: 'pass', subject }
}

function outcomeOf(item: Omit<ExampleItem, 'source' | 'stream'>): Outcome {
  const { reason, partial, detail, permissions, gaps = [], credentials, carriedOver, sweep } = item
  return {
    status: reason === undefined ? 'complete' : partial ? 'partial' : 'failed',
    ...(reason && { reason }),
    ...(detail !== undefined && { detail }),
    ...(permissions && { permissions }),
    pages: 1,
    records: 3,
    requests: 1,
    ...(credentials && { credentials }),
    ...(carriedOver && { carriedOver }),
    ...(sweep && { sweep }),
    gaps,
    startedAt: AT,
    endedAt: AT,
  }
}

function outcomeLine({ source, stream, scope = 'acme', ...rest }: ExampleItem, seq: number): OutcomeLine {
  return {
    kind: 'outcome',
    salt: '0'.repeat(32),
    seq,
    planItem: `${source}/${stream}/${scope}`,
    source,
    stream,
    scope,
    outcome: outcomeOf(rest),
  }
}

function sourceLine({ id, failed, excluded }: NonNullable<Example['sources']>[number], seq: number): SourceLine {
  return {
    kind: 'source',
    salt: '0'.repeat(32),
    seq,
    source: id,
    collector: 'example',
    scopes: excluded ? [{ id: excluded[0], excluded: excluded[1] }] : [],
    outcome: outcomeOf({ ...(failed && { reason: failed }) }),
  }
}

function countsOf(results: readonly ResultLine[]): Counts {
  const of = (status: string) => results.filter((result) => result.status === status).length
  const inspected = of('pass') + of('fail')
  return {
    inScope: results.length,
    inspected,
    passed: of('pass'),
    failed: of('fail'),
    notApplicable: of('not-applicable'),
    unknown: of('unknown'),
    excepted: 0,
  }
}

function resultsLine({ id, source, results = [], status, reason }: ExampleCheck, seq: number): ResultsLine {
  const counts = countsOf(results)
  return {
    kind: 'results',
    salt: '0'.repeat(32),
    seq,
    path: `results/${source}/${id}.jsonl`,
    sha256: SHA,
    size: 1,
    count: results.length,
    summary: {
      check: id,
      revision: 1,
      source,
      status: status ?? (counts.failed > 0 ? 'fail' : counts.unknown > 0 ? 'unknown' : 'pass'),
      ...(reason !== undefined && { reason }),
      counts,
      incomplete: [],
    },
    derivedFrom: [],
  }
}

function plannedCheck({
  id,
  source,
  severity = 'high',
  title = `Title of ${id}`,
  remediation = 'Turn it on.',
  disabled,
}: ExampleCheck): PlannedCheck {
  return {
    id,
    revision: 1,
    source,
    severity,
    title,
    inputs: [],
    params: { max: 4 },
    criteria: { pass: 'at most 4 are there', fail: 'more than 4 are there' },
    remediation,
    ...(disabled !== undefined && { disabled }),
  }
}

function controlLine({
  id,
  status,
  theme = 'technological',
  evidence = [],
  manual,
  alsoNeeded,
}: ExampleControl): ControlLine {
  return {
    control: id,
    title: `Title of ${id}`,
    theme,
    status,
    counts: countsOf([]),
    evidence,
    ...(manual && { manual }),
    ...(alsoNeeded !== undefined && { 'also-needed': alsoNeeded }),
  }
}
