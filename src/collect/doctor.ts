import type { Examination } from '../model/examination.ts'
import type { Evidence } from '../model/staging.ts'
import { type Check, type EachCheck, type RecordContext, unknown, type Verdict } from '../sdk/check.ts'
import type { Collector } from '../sdk/collector.ts'
import type { Reason } from '../sdk/errors.ts'
import { collect, type CollectedSource, type CollectRequest, type Segment } from './collect.ts'
import { type EffortRequest, estimateEffort } from './doctor-effort.ts'
import { firstPagesEffort } from './doctor-first-pages.ts'
import { measureClock } from './doctor-clock.ts'
import { passingEvidence } from './doctor-evidence.ts'
import { probing } from './doctor-probe.ts'
import { excessRights, type Hidden, missingPermissions } from './doctor-rights.ts'
import type { CheckSetting, PlannedSource } from './plan.ts'

/** No plan item needs longer for one page; who waits for a doctor wants an answer. */
const DEADLINE_MS = 60_000

export interface DoctorRequest
  extends Pick<CollectRequest, 'seamsFor' | 'clock' | 'log' | 'period' | 'signal' | 'deadlineMs' | 'concurrency'> {
  sources: readonly PlannedSource[]
  checks: Readonly<Record<string, CheckSetting>>
}

/**
 * Opens every source, has it say who it is, and reads the first page of every stream of every scope through the same
 * engine as a run, read-only and limited. Nothing is stored, so names are not replaced by pseudonyms: the person at the
 * terminal wants to know whose credentials these are. Never throws for what a source does.
 */
export async function examine(request: DoctorRequest): Promise<Examination[]> {
  const evidence = passingEvidence()
  const deadlineMs = Math.min(request.deadlineMs, DEADLINE_MS)
  const kept = keptSessions()
  const collected = await collect({
    ...request,
    sources: request.sources.map((source) => ({ ...source, collector: kept.open(source, probing(source.collector)) })),
    evidence,
    deadlineMs,
    pseudonymise: (person) => person,
    progress: { sourceOpened() {}, itemStarted() {}, itemPage() {}, itemEnded() {} },
  })
  const pairs = request.sources.flatMap((source, place) => {
    const one = collected[place]
    return one === undefined ? [] : [{ source, one }]
  })
  const effort = { ...request, deadlineMs, itemDeadlineMs: request.deadlineMs }
  return Promise.all(
    pairs.map(async ({ source, one }) => {
      const examination = await examinationOf(source, one, evidence, request)
      const told = await kept.lend(source, (session) => effortOf(source, session, one, effort))
      const estimated = told ?? (await firstPagesEffort(source, one, evidence, request.deadlineMs))
      return { ...examination, ...(estimated && { effort: estimated }) }
    }),
  )
}

async function effortOf(source: PlannedSource, session: unknown, { opened }: CollectedSource, request: EffortRequest) {
  return opened.session === undefined ? undefined : estimateEffort(source, session, opened.scopes, request)
}

/** Sessions that stay open after the first pages were read, until their estimates are done. */
function keptSessions() {
  const sessions = new Map<string, unknown>()
  return {
    open({ id }: PlannedSource, collector: Collector): Collector {
      const { close: _, ...rest } = collector
      return {
        ...rest,
        async open(context) {
          const session = await collector.open(context)
          sessions.set(id, session)
          return session
        },
      }
    },
    async lend<T>({ id, collector }: PlannedSource, use: (session: unknown) => Promise<T>): Promise<T | undefined> {
      if (!sessions.has(id)) return undefined
      const session = sessions.get(id)
      try {
        return await use(session)
      } finally {
        await collector.close?.(session).catch(() => undefined)
      }
    },
  }
}

async function examinationOf(
  source: PlannedSource,
  one: CollectedSource,
  evidence: Evidence,
  request: DoctorRequest,
): Promise<Examination> {
  const { collector, config } = source
  const { identity, outcome, scopes } = one.opened.line
  const active = collector.checks.filter(({ id }) => request.checks[id]?.disabled === undefined)
  const { hidden, limits } = await judgePages(active, one.segments, evidence, request)
  const receipts = [one.opened.receipts, ...one.segments.flatMap(({ files }) => files?.receipts ?? [])]
  const clock = await measureClock(evidence, receipts)
  const expected = collector.expects(config)
  const longLived = collector.access?.longLived?.(config)
  return {
    source: source.id,
    collector: collector.id,
    title: collector.title,
    demo: source.demo === true,
    outcome,
    ...(identity && { identity }),
    expected: {
      ...(expected.id !== undefined && { id: expected.id }),
      ...(expected.name !== undefined && { name: expected.name }),
    },
    // The engine refuses another source only after that source has said who it is.
    mismatch: identity !== undefined && !isExpected(expected, identity),
    scopes,
    ...(clock && { clock }),
    items: one.segments.map(({ stream, scope, outcome: ended }) => ({ stream: stream.id, scope, outcome: ended })),
    compared: identity?.granted !== undefined && collector.access?.includes !== undefined,
    missing: missingPermissions(collector, one, hidden),
    excess: excessRights(collector, identity?.granted),
    ...(longLived !== undefined && { longLived }),
    steps: collector.access?.steps?.(config) ?? [],
    checks: active.map(({ id, inputs }) => ({ id, inputs: Object.values(inputs).map((input) => input.id) })),
    limits,
  }
}

function isExpected(
  expected: { id?: string | undefined; name?: string | undefined },
  said: { id: string; name: string },
) {
  const sameId = expected.id === undefined || expected.id === said.id
  return sameId && (expected.name === undefined || expected.name.toLowerCase() === said.name.toLowerCase())
}

/** Reasons a check gives for what is not in a record that was read whole. */
const NOT_SHOWN: readonly Reason[] = ['denied', 'unlicensed', 'invalid']

/**
 * Some sources do not refuse: they leave out what the credentials may not see, and the check says `unknown`. Where it says
 * `denied` of a stream with a single permission, that one is missing; otherwise the check's own words are all there is.
 */
async function judgePages(
  checks: readonly Check[],
  segments: readonly Segment[],
  evidence: Evidence,
  request: DoctorRequest,
): Promise<{ hidden: Hidden[]; limits: Examination['limits'] }> {
  const hidden = new Map<string, Hidden>()
  const limits = new Map<string, string>()
  for (const { stream, outcome, files } of segments) {
    if (outcome.status !== 'complete' || files === undefined) continue
    const [only, ...others] = stream.permissions
    for (const check of checks) {
      if (check.kind !== 'each' || !Object.values(check.inputs).some(({ id }) => id === stream.id)) continue
      const params = check.params.parse(request.checks[check.id]?.params ?? {})
      for await (const record of recordsOf(evidence, files.records.sha256)) {
        const verdict = verdictOn(check, record, { params, at: request.period.to, readAt: request.period.to })
        if (verdict.status !== 'unknown' || !NOT_SHOWN.includes(verdict.reason)) continue
        if (verdict.reason === 'denied' && only !== undefined && others.length === 0) {
          hidden.set(stream.id, { stream: stream.id, permission: only.name })
        } else if (!limits.has(check.id)) limits.set(check.id, verdict.detail ?? verdict.reason)
      }
    }
  }
  return { hidden: [...hidden.values()], limits: [...limits].map(([check, detail]) => ({ check, detail })) }
}

async function* recordsOf(evidence: Evidence, sha256: string): AsyncIterable<unknown> {
  for await (const lines of evidence.lines(sha256)) for (const line of lines) yield JSON.parse(line)
}

/** A check that throws cannot judge: its own message may quote the record, so only the fact is told. */
function verdictOn(check: EachCheck, record: unknown, context: RecordContext<unknown>): Verdict {
  try {
    return check.evaluate(record, context)
  } catch {
    return unknown('invalid', 'the check failed on a record of the first page; please report it')
  }
}
