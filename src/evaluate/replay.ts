import { isDeepStrictEqual } from 'node:util'
import { canonicalize } from '../model/canonical.ts'
import { compareLines } from '../model/compare-lines.ts'
import type { LoadedMapping } from '../model/control.ts'
import { planItemId, type ResultsLine } from '../model/index-line.ts'
import type { PlannedCheck } from '../model/plan.ts'
import type { Replay, ReplayCause, ReplayedCheck } from '../model/replay.ts'
import type { CheckSummary } from '../model/result.ts'
import type { SealedRun } from '../model/sealed-run.ts'
import { resultIdentity, turnTally } from '../model/turn.ts'
import type { Check } from '../sdk/check.ts'
import type { Stream } from '../sdk/stream.ts'
import type { Population } from './datasets.ts'
import { replayControls } from './replay-controls.ts'
import { type Evaluated, type EvaluationRequest, runChecks } from './run-checks.ts'
import { linesWritten, scratchEvidence } from './scratch.ts'

export interface ReplayRequest {
  sealed: SealedRun
  checkOf(id: string): Check | undefined
  streamOf(id: string): Stream | undefined
  /** The mapping files of this build and config. */
  mapping: LoadedMapping
  /** What a config sets, by check id. Left out, only the parameters of the run count. */
  settings?: ReadonlyMap<string, { params: unknown; disabled?: string }>
  /** Streams whose records the code of this build cannot read. */
  unreadable: ReadonlySet<string>
  /** How many differing subjects of a check are listed. */
  limit: number
}

/**
 * Evaluates every check and every control of a sealed run once more, from the records of the run, with its parameters and
 * its time of opening, and compares the bytes with those that were sealed. Needs no source, credentials or clock. Memory
 * is that of evaluating: results are hashed, not kept, and only those that differ are computed a second time to find
 * the subjects.
 * @throws StoreError if an object cannot be read to its end
 */
export async function replayRun(request: ReplayRequest): Promise<Pick<Replay, 'replayed' | 'checks' | 'controls'>> {
  const { sealed } = request
  const { checks } = sealed.plan
  const obstacles = new Map(checks.map((planned) => [planned, obstacle(planned, request)]))
  const evaluated = new Map<PlannedCheck, Evaluated>()
  const possible = checks.filter((planned) => obstacles.get(planned) === undefined)
  for (const one of await evaluate(possible, request)) evaluated.set(one.planned, one)

  const reported: ReplayedCheck[] = []
  const summaries: CheckSummary[] = []
  let identical = 0
  for (const planned of checks) {
    const line = sealedLine(planned, sealed)
    const again = evaluated.get(planned)
    const prevented = obstacles.get(planned)
    if (again === undefined || line === undefined) {
      reported.push(notReplayed(planned, line, prevented, sealed))
      if (line) summaries.push(line.summary)
      continue
    }
    summaries.push(again.summary)
    const same = isSame(again, line, sealed)
    if (same) identical += 1
    const change = changeOf(planned, request)
    if (same && change === undefined) continue
    const outcome = same ? 'identical' : 'differs'
    reported.push(await describe(planned, again, line, { ...(change ?? notFromRecords), outcome }, request))
  }
  reported.push(...(await withSettings(request, possible)))

  const controls = await replayControls({ ...request, summaries })
  return {
    replayed: {
      checks: checks.length,
      identical,
      controls: sealed.controls.length,
      identicalControls: controls.identical,
    },
    checks: reported,
    controls: controls.reported,
  }
}

interface Change {
  cause: ReplayCause
  detail: string
}

const notFromRecords: Change = {
  cause: 'not-from-records',
  detail: 'the same revision gives other results: what is sealed was not computed from these records by this code',
}

/** Why a check cannot be evaluated by this build. A check that was off needs no code. */
function obstacle(
  planned: PlannedCheck,
  { checkOf, streamOf, unreadable, sealed }: Pick<ReplayRequest, 'checkOf' | 'streamOf' | 'unreadable' | 'sealed'>,
): Change | undefined {
  const withheld = withheldFrom(planned, sealed)
  if (withheld !== undefined) return { cause: 'withheld', detail: withheld }
  if (planned.disabled !== undefined) return undefined
  if (checkOf(planned.id) === undefined) {
    return { cause: 'check-missing', detail: 'this build, with its plug-ins, does not have the check' }
  }
  const wasRead = (id: string) => sealed.outcomes.some(({ stream }) => stream === id)
  const missing = planned.inputs.find((id) => streamOf(id) === undefined && wasRead(id))
  if (missing !== undefined) {
    return { cause: 'stream-missing', detail: `this build, with its plug-ins, does not have the stream ${missing}` }
  }
  const strange = planned.inputs.find((id) => unreadable.has(id))
  if (strange === undefined) return undefined
  return { cause: 'stream-changed', detail: `this build cannot read the records of ${strange} as they were written` }
}

/** What an export does not show that evaluating and comparing would take. */
function withheldFrom(planned: PlannedCheck, sealed: SealedRun): string | undefined {
  if (sealed.withheld.size === 0) return undefined
  const line = sealedLine(planned, sealed)
  if (line === undefined) return 'its results are withheld in this export'
  const inputs = line.derivedFrom.filter((seq) => sealed.withheld.has(seq)).length
  return inputs > 0 ? 'records that it reads are withheld in this export' : undefined
}

/** What changed in the code since the run, so that other results have a reason. */
function changeOf(planned: PlannedCheck, { checkOf, streamOf, sealed }: ReplayRequest): Change | undefined {
  if (planned.disabled !== undefined) return undefined
  const revision = checkOf(planned.id)?.revision
  if (revision !== planned.revision) {
    return { cause: 'revision-changed', detail: `sealed with revision ${planned.revision}, here it is ${revision}` }
  }
  for (const { id, version } of sealed.plan.sources.flatMap(({ streams }) => streams)) {
    const here = streamOf(id)?.version
    if (planned.inputs.includes(id) && here !== version) {
      return { cause: 'stream-changed', detail: `${id} was of version ${version}, here it is ${here}` }
    }
  }
  return undefined
}

function populations({ outcomes, records, carried }: SealedRun): Population[] {
  return outcomes.map(({ source, stream, scope, outcome, planItem }) => ({
    source,
    stream,
    scope,
    outcome,
    sha256: records.get(planItem)?.sha256 ?? NOTHING,
    carried: carried.get(planItem)?.sha256,
  }))
}

/** SHA-256 of an empty file. */
const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

function evaluationOf(
  checks: readonly PlannedCheck[],
  { sealed, checkOf, streamOf }: ReplayRequest,
): Omit<EvaluationRequest, 'evidence'> {
  return {
    checks,
    checkOf,
    streamOf,
    populations: populations(sealed),
    at: new Date(sealed.plan.run.openedAt),
  }
}

async function evaluate(checks: readonly PlannedCheck[], request: ReplayRequest): Promise<Evaluated[]> {
  const evidence = scratchEvidence(request.sealed.lines)
  const evaluated = await runChecks({ ...evaluationOf(checks, request), evidence })
  const failure = evidence.failure()
  if (failure !== undefined) throw failure
  return evaluated
}

function sealedLine({ id, source }: PlannedCheck, { results }: SealedRun): ResultsLine | undefined {
  return results.find(({ summary }) => summary.check === id && summary.source === source)
}

function isSame({ summary, results, inputs }: Evaluated, line: ResultsLine, { records }: SealedRun): boolean {
  const derivedFrom = inputs
    .flatMap(({ source, stream, scope }) => records.get(planItemId(source, stream, scope))?.seq ?? [])
    .sort((a, b) => a - b)
  return (
    results.sha256 === line.sha256 &&
    canonicalize(summary) === canonicalize(line.summary) &&
    isDeepStrictEqual(derivedFrom, [...line.derivedFrom])
  )
}

function verdictOf({ status, reason, counts }: CheckSummary): NonNullable<ReplayedCheck['sealed']> {
  return { status, ...(reason !== undefined && { reason }), counts }
}

function demoOf(source: string, { plan }: SealedRun): boolean {
  return plan.sources.some(({ id, demo }) => id === source && demo === true)
}

function notReplayed(
  { id, source }: PlannedCheck,
  line: ResultsLine | undefined,
  prevented: Change | undefined,
  sealed: SealedRun,
): ReplayedCheck {
  const change = prevented ?? { cause: 'not-from-records', detail: 'nothing was sealed for it' }
  return {
    check: id,
    source,
    demo: demoOf(source, sealed),
    ...change,
    outcome: 'not-replayed',
    ...(line && { sealed: verdictOf(line.summary) }),
  }
}

async function describe(
  planned: PlannedCheck,
  again: Evaluated,
  line: ResultsLine,
  about: Change & Pick<ReplayedCheck, 'outcome'>,
  request: ReplayRequest,
): Promise<ReplayedCheck> {
  const { sealed, limit } = request
  const { id, source } = planned
  const common = {
    check: id,
    source,
    demo: demoOf(source, sealed),
    ...about,
    sealed: verdictOf(line.summary),
    here: verdictOf(again.summary),
  }
  if (again.results.sha256 === line.sha256) return common
  const tally = await compareLines({
    from: () => sealed.lines(line.sha256),
    to: linesWritten(sealed.lines, (evidence) => runChecks({ ...evaluationOf([planned], request), evidence })),
    count: Math.max(line.count, again.results.count),
    identityOf: resultIdentity,
    tally: () => turnTally(limit, true),
  })
  return { ...common, turns: tally.turns() }
}

/** The checks for which a config sets something else, evaluated as it says, and compared with what is sealed. */
async function withSettings(request: ReplayRequest, possible: readonly PlannedCheck[]): Promise<ReplayedCheck[]> {
  const changed = possible.flatMap((planned) => {
    const other = otherwiseSet(planned, request)
    return other === undefined ? [] : [other]
  })
  const reported: ReplayedCheck[] = []
  const evaluated = await evaluate(
    changed.map(({ planned }) => planned),
    request,
  )
  for (const [place, again] of evaluated.entries()) {
    const line = sealedLine(again.planned, request.sealed)
    const detail = changed[place]?.detail ?? ''
    if (line === undefined) continue
    const same = again.results.sha256 === line.sha256 && again.summary.status === line.summary.status
    const outcome = same ? 'identical' : 'differs'
    reported.push(await describe(again.planned, again, line, { cause: 'threshold-changed', detail, outcome }, request))
  }
  return reported
}

/**
 * The planned check as the config would plan it now, if that is another one. Parameters that name people are
 * pseudonymised in a plan, with a key that is not needed here, so they are taken to be the same.
 */
function otherwiseSet(
  planned: PlannedCheck,
  { settings, checkOf }: ReplayRequest,
): { planned: PlannedCheck; detail: string } | undefined {
  const check = checkOf(planned.id)
  const setting = settings?.get(planned.id)
  if (check === undefined || setting === undefined) return undefined
  const secret = new Set(Object.keys(check.redactParams ?? {}).map((path) => path.split('.')[0] ?? ''))
  const params: PlannedCheck['params'] = JSON.parse(JSON.stringify(setting.params))
  for (const name of secret) {
    const before = planned.params[name]
    if (before === undefined) delete params[name]
    else params[name] = before
  }
  const names = [...new Set([...Object.keys(planned.params), ...Object.keys(params)])].sort()
  const said = (value: unknown) => (value === undefined ? 'not set' : canonicalize(value))
  const differences = names
    .filter((name) => said(planned.params[name]) !== said(params[name]))
    .map((name) => `${name} was ${said(planned.params[name])}, the config says ${said(params[name])}`)
  if ((planned.disabled === undefined) !== (setting.disabled === undefined)) {
    differences.push(setting.disabled === undefined ? 'it was off, the config has it on' : 'the config turns it off')
  }
  if (differences.length === 0) return undefined
  const { disabled: _, ...rest } = planned
  return {
    planned: { ...rest, params, ...(setting.disabled !== undefined && { disabled: setting.disabled }) },
    detail: differences.join('; '),
  }
}
