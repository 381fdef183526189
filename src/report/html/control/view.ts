import type { Catalog, Control, ControlLine, ControlStatus } from '../../../model/control.ts'
import type { RunEvidence } from '../../../model/report-source.ts'
import type { Counts } from '../../../model/result.ts'
import type { JudgedCheck, RunFacts, StreamFacts } from '../run-facts.ts'

type Link = ControlLine['evidence'][number]

/** A piece of evidence for a control, with what it gave on each source. */
export interface EvidenceView {
  kind: 'check' | 'population'
  id: string
  strength: Link['strength']
  shows: string
  notShown: string
  uses: readonly EvidenceUse[]
}

interface EvidenceUse {
  source: string | undefined
  status: Link['status']
  reason: string | undefined
  /** Of a check; absent if neither plan nor index has it. */
  judged: JudgedCheck | undefined
  /** What it rests on: the inputs of the check, or the population itself. */
  streams: readonly StreamFacts[]
}

/** All that the page of one control says, in the order in which it says it. */
export interface ControlView {
  id: string
  title: string
  theme: Control['theme']
  /** Absent without a catalogue. */
  attributes: Control['attributes'] | undefined
  /** `withheld`: the evidence does not have the controls of the run. `not-mapped`: the mapping of the run does not name it. */
  status: ControlStatus | 'withheld' | 'not-mapped'
  /** Of the checks that decide; they add up, and are the sum of the counts of `deciding`. */
  counts: Counts | undefined
  /** Checks that decide, direct before supporting. */
  deciding: readonly { judged: JudgedCheck; strength: Link['strength'] }[]
  /** What this run read, then what no source of it could give; in each the order of the mapping. */
  evidence: readonly EvidenceView[]
  /** Populations that the evidence rests on, each once. */
  streams: readonly StreamFacts[]
  manual: ControlLine['manual']
  alsoNeeded: string | undefined
}

/** Every control of the catalogue, in its order; then those that only the run knows. */
export function controlViews(run: RunEvidence, facts: RunFacts, catalog?: Catalog): ControlView[] {
  const lines = new Map(run.controls.map((line) => [line.control, line]))
  const known = new Set(catalog?.controls.map(({ id }) => id))
  const status = run.controls.length === 0 && run.withheld.length > 0 ? 'withheld' : 'not-mapped'
  return [
    ...(catalog?.controls ?? []).map((control) => {
      const line = lines.get(control.id)
      return line === undefined ? bare(control, status) : { ...viewOf(line, facts), attributes: control.attributes }
    }),
    ...run.controls.filter(({ control }) => !known.has(control)).map((line) => viewOf(line, facts)),
  ]
}

function bare({ id, title, theme, attributes }: Control, status: 'withheld' | 'not-mapped'): ControlView {
  const nothing = {
    counts: undefined,
    deciding: [],
    evidence: [],
    streams: [],
    manual: undefined,
    alsoNeeded: undefined,
  }
  return { id, title, theme, attributes, status, ...nothing }
}

function viewOf(line: ControlLine, facts: RunFacts): ControlView {
  const evidence = readFirst(evidenceOf(line, facts))
  const deciding = evidence.flatMap(({ kind, strength, uses }) =>
    kind === 'check' && strength !== 'context'
      ? uses.flatMap(({ judged }) => (judged === undefined ? [] : [{ judged, strength }]))
      : [],
  )
  const streams = evidence.flatMap(({ uses }) => uses.flatMap((use) => use.streams))
  return {
    id: line.control,
    title: line.title,
    theme: line.theme,
    attributes: undefined,
    status: line.status,
    counts: line.counts,
    deciding: deciding.toSorted((a, b) => STRENGTH_ORDER[a.strength] - STRENGTH_ORDER[b.strength]),
    evidence,
    streams: [...new Set(streams)],
    manual: line.manual,
    alsoNeeded: line['also-needed'],
  }
}

const STRENGTH_ORDER = { direct: 0, supporting: 1, context: 2 }

/** The lines of one entry of the mapping stand one after the other, one for each source. */
function evidenceOf(line: ControlLine, facts: RunFacts): EvidenceView[] {
  const groups = Map.groupBy(line.evidence, ({ check, stream, strength, shows }) =>
    JSON.stringify([check, stream, strength, shows]),
  )
  return [...groups.values()].flatMap((links): EvidenceView[] => {
    const [first] = links
    if (first === undefined) return []
    const { strength, shows, check, stream } = first
    const about = { strength, shows, notShown: first['not-shown'] }
    return check === undefined
      ? [{ kind: 'population', id: stream ?? '', ...about, uses: links.map((link) => populationUse(link, facts)) }]
      : [{ kind: 'check', id: check, ...about, uses: links.map((link) => checkUse(link, check, facts)) }]
  })
}

function checkUse({ source, status, reason }: Link, check: string, facts: RunFacts): EvidenceUse {
  const judged = source === undefined ? undefined : facts.checkOf(check, source)
  return { source, status, reason, judged, streams: judged === undefined ? [] : facts.inputsOf(judged) }
}

function populationUse({ source, stream, status, reason }: Link, facts: RunFacts): EvidenceUse {
  const found = source === undefined || stream === undefined ? undefined : facts.streamOf(source, stream)
  return { source, status, reason, judged: undefined, streams: found === undefined ? [] : [found] }
}

function readFirst(evidence: readonly EvidenceView[]): EvidenceView[] {
  const isRead = ({ uses }: EvidenceView) => uses.some(({ source }) => source !== undefined)
  return [...evidence.filter(isRead), ...evidence.filter((one) => !isRead(one))]
}
