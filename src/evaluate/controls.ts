import type { ControlLine, ControlStatus, EvidenceLink, LoadedMapping, MappingEntry } from '../model/control.ts'
import type { OutcomeLine } from '../model/index-line.ts'
import { type CheckSummary, type Counts, isWithoutVerdict } from '../model/result.ts'
import type { Reason } from '../sdk/errors.ts'

/** How far one stream of one source was read in this run, over all its scopes. */
export interface StreamState {
  stream: string
  source: string
  status: 'collected' | 'incomplete' | 'not-collected'
  /** Why, where it was not collected whole. */
  reason?: Reason
}

/**
 * Joins the outcomes of a stream's plan items, source by source: `collected` if all are complete, `not-collected` if
 * all failed, else `incomplete`. The reason is that of the first plan item (by scope) that is not complete.
 */
export function streamStates(
  outcomes: readonly Pick<OutcomeLine, 'source' | 'stream' | 'scope' | 'outcome'>[],
): StreamState[] {
  const groups = Map.groupBy(outcomes, (line) => JSON.stringify([line.source, line.stream]))
  return [...groups.values()].flatMap((lines): StreamState[] => {
    const [first] = lines
    if (!first) return []
    const whole = lines.every((line) => line.outcome.status === 'complete')
    const none = lines.every((line) => line.outcome.status === 'failed')
    const reason = lines
      .filter((line) => line.outcome.reason !== undefined)
      .sort((a, b) => compare(a.scope, b.scope))[0]?.outcome.reason
    return [
      {
        stream: first.stream,
        source: first.source,
        status: whole ? 'collected' : none ? 'not-collected' : 'incomplete',
        ...(reason && { reason }),
      },
    ]
  })
}

/**
 * What the checks of a run say of each control, in the order of the mapping. Pure; the order of the inputs does not
 * matter. Only direct and supporting checks decide:
 *
 * 1. any `fail` makes the control `fail`; otherwise any `unknown` makes it `unknown`;
 * 2. otherwise it is `pass` if a direct check passed. If the control has direct checks and one of them gave no verdict
 *    (no such source, undeclared, disabled) it is `no-evidence`: a supporting check does not speak for it. If it has no
 *    direct check, or none that applies, one supporting pass is enough;
 * 3. otherwise it is `not-applicable` if every check says so, `no-evidence` if one gave no verdict, and `manual` if the
 *    control has no check that decides.
 *
 * `counts` are the sums over the direct and supporting checks.
 */
export function rollUpControls(
  loaded: LoadedMapping,
  summaries: readonly CheckSummary[],
  streams: readonly StreamState[],
): ControlLine[] {
  const controls = new Map(loaded.catalog.controls.map((control) => [control.id, control]))
  const byCheck = Map.groupBy(summaries, (summary) => summary.check)
  const byStream = Map.groupBy(streams, (state) => state.stream)
  return loaded.mapping.controls.flatMap((entry): ControlLine[] => {
    const control = controls.get(entry.control)
    if (!control) return []
    const links = entry.evidence ?? []
    return [
      {
        control: control.id,
        title: control.title,
        theme: control.theme,
        status: statusOf(links, byCheck),
        counts: sum(links.filter(decides).flatMap((link) => byCheck.get(link.check ?? '') ?? [])),
        evidence: links.flatMap((link) =>
          link.check === undefined ? streamEvidence(link, byStream) : checkEvidence(link, byCheck),
        ),
        ...remainder(entry),
      },
    ]
  })
}

type ByCheck = ReadonlyMap<string, readonly CheckSummary[]>

/** `none`: no verdict was given. */
type Verdict = CheckSummary['status'] | 'none'

function statusOf(links: readonly EvidenceLink[], byCheck: ByCheck): ControlStatus {
  const deciding = links.filter(decides)
  const all = deciding.flatMap((link) => verdicts(link, byCheck))
  if (all.length === 0) return 'manual'
  if (all.includes('fail')) return 'fail'
  if (all.includes('unknown')) return 'unknown'
  const direct = deciding.filter((link) => link.strength === 'direct').flatMap((link) => verdicts(link, byCheck))
  if (direct.includes('pass')) return 'pass'
  if (direct.includes('none')) return 'no-evidence'
  if (all.includes('pass')) return 'pass'
  return all.includes('none') ? 'no-evidence' : 'not-applicable'
}

function verdicts(link: EvidenceLink, byCheck: ByCheck): Verdict[] {
  const summaries = byCheck.get(link.check ?? '') ?? []
  if (summaries.length === 0) return ['none']
  return summaries.map((summary) => (isWithoutVerdict(summary) ? 'none' : summary.status))
}

type EvidenceEntry = ControlLine['evidence'][number]

function checkEvidence(link: EvidenceLink, byCheck: ByCheck): EvidenceEntry[] {
  const summaries = byCheck.get(link.check ?? '') ?? []
  if (summaries.length === 0) return [{ ...described(link), status: 'not-collected', reason: 'no-source' }]
  return bySource(summaries).map(({ source, status, reason }) => ({
    ...described(link),
    source,
    status,
    ...(reason !== undefined && { reason }),
  }))
}

function streamEvidence(link: EvidenceLink, byStream: ReadonlyMap<string, readonly StreamState[]>): EvidenceEntry[] {
  const states = byStream.get(link.stream ?? '') ?? []
  if (states.length === 0) return [{ ...described(link), status: 'not-collected', reason: 'no-source' }]
  return bySource(states).map(({ source, status, reason }) => ({
    ...described(link),
    source,
    status,
    ...(reason !== undefined && { reason }),
  }))
}

function described(link: EvidenceLink) {
  return {
    ...(link.check === undefined ? { stream: link.stream ?? '' } : { check: link.check }),
    strength: link.strength,
    shows: link.shows,
    'not-shown': link['not-shown'],
  }
}

function remainder(entry: MappingEntry) {
  return {
    ...(entry.manual && { manual: entry.manual }),
    ...(entry['also-needed'] !== undefined && { 'also-needed': entry['also-needed'] }),
  }
}

function decides(link: EvidenceLink): boolean {
  return link.check !== undefined && link.strength !== 'context'
}

function bySource<Item extends { source: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => compare(a.source, b.source))
}

/** UTF-16 code-unit order, as everywhere in a bundle. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sum(summaries: readonly CheckSummary[]): Counts {
  const total = (key: keyof Counts) => summaries.reduce((so, summary) => so + summary.counts[key], 0)
  return {
    inScope: total('inScope'),
    inspected: total('inspected'),
    passed: total('passed'),
    failed: total('failed'),
    notApplicable: total('notApplicable'),
    unknown: total('unknown'),
    excepted: total('excepted'),
  }
}
