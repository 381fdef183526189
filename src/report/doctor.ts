import { z } from 'zod'
import { Count } from '../model/common.ts'
import type { LoadedMapping } from '../model/control.ts'
import { type Billed, type Effort, type Examination, MISSING_BY } from '../model/examination.ts'
import { REASONS } from '../sdk/errors.ts'
import { type Look, paragraph, type Pen, penFor, suggest } from './look.ts'
import { whatToDo } from './what-to-do.ts'
import { grouped, list, number, outOf, sentence } from './words.ts'

/** From this many seconds on, times in a bundle would be read wrongly beside the source's own log. */
export const SKEW_SECONDS = 60

const ids = z.array(z.string())
/** What becomes `unknown`. */
const cost = { checks: ids, controls: ids }

/** `affiant doctor --json` */
export const DoctorJson = z.strictObject({
  schema: z.literal('affiant.doctor/1'),
  exitCode: z.union([z.literal(0), z.literal(3)]),
  sources: z.array(
    z.strictObject({
      source: z.string(),
      collector: z.string(),
      title: z.string(),
      demo: z.boolean(),
      /** Everything that is declared can be read. */
      readable: z.boolean(),
      /** Why the source could not be opened, is another one, or its scopes are unknown. */
      problem: z
        .strictObject({ reason: z.enum(REASONS), detail: z.string(), whatToDo: z.string(), ...cost })
        .optional(),
      /** As the source told it, not as config has it. */
      identity: z
        .strictObject({
          id: z.string(),
          name: z.string(),
          principal: z.strictObject({ kind: z.enum(['user', 'app', 'anonymous']), name: z.string() }),
          granted: ids.optional(),
        })
        .optional(),
      expected: z.strictObject({ id: z.string().optional(), name: z.string().optional() }),
      mismatch: z.boolean(),
      scopes: z.array(
        z.strictObject({
          id: z.string(),
          title: z.string().optional(),
          kind: z.string().optional(),
          excluded: z.string().optional(),
        }),
      ),
      /** Positive: this machine is ahead. `warning`: more than 60 s either way. */
      clock: z.strictObject({ aheadSeconds: z.int(), answers: Count, warning: z.boolean() }).optional(),
      streams: z.strictObject({ readable: Count, all: Count }),
      /** Whether granted rights could be compared with declared permissions. */
      compared: z.boolean(),
      missing: z.array(
        z.strictObject({
          permission: z.string(),
          by: z.array(z.enum(MISSING_BY)),
          streams: ids,
          ...cost,
          why: z.string().optional(),
          url: z.string().optional(),
          grant: z.string().optional(),
        }),
      ),
      /** Not readable for another reason than a missing permission. */
      unread: z.array(
        z.strictObject({
          stream: z.string(),
          scopes: ids,
          reason: z.enum(REASONS),
          detail: z.string().optional(),
          whatToDo: z.string(),
          ...cost,
        }),
      ),
      excess: z.array(z.strictObject({ right: z.string(), instead: z.string() })),
      longLived: z.string().optional(),
      steps: ids,
      limits: z.array(z.strictObject({ check: z.string(), detail: z.string() })),
      /** Reading everything once, at the share of the limits that is used; by the streams that can tell. */
      effort: z
        .strictObject({
          minutes: Count,
          streams: ids,
          budgets: z.array(z.strictObject({ limit: z.string(), requests: Count, perMinute: Count })),
          deadlineMinutes: Count,
          tooLong: z.array(z.strictObject({ stream: z.string(), minutes: Count })),
          /** Counted on first pages, and so the least that a run takes. */
          atLeast: z.literal(true).optional(),
          scopes: z.array(z.strictObject({ kind: z.string(), count: Count, requests: Count })).optional(),
          /** By the source's list prices, in US dollars. */
          billed: z
            .strictObject({
              requests: Count,
              usd: z.number().min(0),
              operations: z.array(
                z.strictObject({
                  operation: z.string(),
                  requests: Count,
                  usdPerThousand: z.union([z.number().min(0), z.literal('unknown')]),
                  url: z.string(),
                  readOn: z.iso.date(),
                }),
              ),
            })
            .optional(),
        })
        .optional(),
    }),
  ),
})
export type DoctorJson = z.output<typeof DoctorJson>
export type DoctorSource = DoctorJson['sources'][number]

/** What was found out, with what each gap costs. Exit status 3 if anything that is declared cannot be read. */
export function doctorReport(examinations: readonly Examination[], mapping: LoadedMapping): DoctorJson {
  const sources = examinations.map((one) => sourceReport(one, mapping))
  return { schema: 'affiant.doctor/1', exitCode: sources.every(({ readable }) => readable) ? 0 : 3, sources }
}

function sourceReport(one: Examination, mapping: LoadedMapping): DoctorSource {
  const { source, collector, title, demo, outcome, identity, expected, mismatch, clock, compared, excess } = one
  const costOf = (streams: readonly string[]) => costs(one, streams, mapping)
  const everything = [...new Set(one.items.map(({ stream }) => stream))]
  // One that is open and has a gap is told by its plan items.
  const closed = outcome.status === 'failed'
  const missing = one.missing.map(({ by, streams, ...rest }) => ({
    ...rest,
    by: [...by],
    streams: [...streams],
    ...costOf(streams),
  }))
  const unread = closed ? [] : unreadItems(one).map((item) => ({ ...item, ...costOf([item.stream]) }))
  const broken = new Set([...missing.flatMap(({ streams }) => streams), ...unread.map(({ stream }) => stream)])
  return {
    source,
    collector,
    title,
    demo,
    readable: !closed && broken.size === 0,
    ...(closed &&
      outcome.reason !== undefined && {
        problem: {
          reason: outcome.reason,
          detail: outcome.detail ?? '',
          whatToDo: whatToDo(outcome.reason, source, outcome.permissions),
          ...costOf(everything),
        },
      }),
    ...(identity && {
      identity: {
        id: identity.id,
        name: identity.name,
        principal: identity.principal,
        ...(identity.granted && { granted: [...identity.granted] }),
      },
    }),
    expected,
    mismatch,
    scopes: one.scopes.map((scope) => ({ ...scope })),
    ...(clock && { clock: { ...clock, warning: Math.abs(clock.aheadSeconds) > SKEW_SECONDS } }),
    streams: {
      readable: closed ? 0 : everything.filter((stream) => !broken.has(stream)).length,
      all: everything.length,
    },
    compared,
    missing,
    unread,
    excess: [...excess],
    ...(one.longLived !== undefined && { longLived: one.longLived }),
    steps: [...one.steps],
    limits: [...one.limits],
    ...(one.effort && { effort: effortReport(one.effort) }),
  }
}

function effortReport({ scopes, billed, ...effort }: Effort): NonNullable<DoctorSource['effort']> {
  return {
    ...effort,
    streams: [...effort.streams],
    budgets: [...effort.budgets],
    tooLong: [...effort.tooLong],
    ...(scopes && { scopes: [...scopes] }),
    ...(billed && { billed: { ...billed, operations: [...billed.operations] } }),
  }
}

/** Checks that read one of the streams, and controls to which one of those is more than context. */
function costs({ checks }: Examination, streams: readonly string[], { mapping }: LoadedMapping) {
  const lost = checks.filter(({ inputs }) => inputs.some((input) => streams.includes(input))).map(({ id }) => id)
  const controls = mapping.controls.filter(({ evidence = [] }) =>
    evidence.some(({ check, strength }) => check !== undefined && strength !== 'context' && lost.includes(check)),
  )
  return { checks: lost, controls: controls.map(({ control }) => control) }
}

type Unread = Omit<DoctorSource['unread'][number], 'checks' | 'controls'>

/** Items that are not whole for a reason no missing permission explains, told once for each stream and reason. */
function unreadItems({ items, source }: Examination): Unread[] {
  const found = items.flatMap(({ stream, scope, outcome: { reason, detail, permissions, gaps } }) => {
    // What a gap explains is no reason of its own; an outcome without gaps, or another than theirs, is.
    const own = gaps.some((gap) => gap.reason === reason) ? [] : [reason]
    const reasons = new Set([...own, ...gaps.map((gap) => gap.reason)])
    return [...reasons].flatMap((each) =>
      each === undefined || (each === 'denied' && (permissions ?? []).length > 0)
        ? []
        : [{ stream, scope, reason: each, detail: own.includes(each) ? detail : gapDetail(gaps, each) }],
    )
  })
  return [...Map.groupBy(found, ({ stream, reason }) => `${stream} ${reason}`).values()].flatMap((group) =>
    group.slice(0, 1).map(({ stream, reason, detail }) => ({
      stream,
      scopes: group.map(({ scope }) => scope),
      reason,
      ...(detail !== undefined && { detail }),
      whatToDo: whatToDo(reason, source),
    })),
  )
}

function gapDetail(gaps: Examination['items'][number]['outcome']['gaps'], reason: string): string | undefined {
  const first = gaps.find((gap) => gap.reason === reason)
  return first && `${first.count} parts of the first page could not be read, the first: ${first.subjects[0]}`
}

/** The report for a person: each source with who it is, what it lacks, what it has too much of, and what to change. */
export function showDoctor({ sources }: DoctorJson, look: Look): string {
  const pen = penFor(look)
  const whole = sources.filter(({ readable }) => readable).length
  const end = outOf(whole, sources.length, 'source')
  const verdict =
    whole === sources.length
      ? pen.good(`${end} can be read as declared.`)
      : pen.alarm(`${end} can be read as declared. A run now would leave results unknown.`)
  return `${[...sources.map((source) => showSource(source, look, pen)), paragraph(verdict, look)].join('\n\n')}\n`
}

function showSource(one: DoctorSource, look: Look, pen: Pen): string {
  const demo = one.demo ? pen.caution(' (demo data)') : ''
  return [
    paragraph(`${pen.heading(one.source)}${demo} ${pen.plain(one.title)}`, look),
    ...facts(one, pen).map(([name, text]) => paragraph(text, look, `  ${pen.faint(name.padEnd(9))} `)),
    ...findings(one, pen).map(([mark, text]) => paragraph(text, look, `  ${mark} `)),
    ...toDo(one, look, pen),
  ].join('\n')
}

function facts(one: DoctorSource, pen: Pen): [string, string][] {
  const { identity, expected, mismatch, scopes, clock, streams } = one
  const rows: [string, string][] = []
  if (identity) {
    const { id, name, principal, granted } = identity
    const configured = [expected.name && `"${expected.name}"`, expected.id && `id ${expected.id}`].filter(Boolean)
    const compared = mismatch
      ? pen.alarm(`; config says ${configured.join(', ')}`)
      : pen.faint(configured.length > 0 ? ', as configured' : '')
    rows.push(['It is', `${pen.plain(`"${name}", id ${id}`)}${compared}`])
    rows.push([
      'We are',
      pen.plain(principal.kind === 'anonymous' ? principal.name : `${principal.kind} ${principal.name}`),
    ])
    const rights = granted === undefined ? 'not told by the source; seen from what it answers' : list(granted) || 'none'
    const unused =
      granted !== undefined && !one.compared ? ' (not compared: this collector does not know what they include)' : ''
    rows.push(['Rights', pen.plain(`${rights}${unused}`)])
  }
  if (one.problem === undefined) {
    const out = leftOut(scopes)
    const read = scopes.filter((scope) => scope.excluded === undefined).map(({ id }) => id)
    rows.push([
      'Scopes',
      pen.plain(`${list(read, 5) || 'none'}${out.length > 0 ? `; left out by config: ${out.join('; ')}` : ''}`),
    ])
    rows.push([
      'Streams',
      pen.plain(
        `${outOf(streams.readable, streams.all, 'stream')} readable${read.length > 1 ? ' in every scope' : ''}, by the first page of each`,
      ),
    ])
  }
  if (one.effort) {
    const { minutes, budgets, streams: counted, atLeast, scopes: kinds = [], billed } = one.effort
    const parts = budgets.map(({ limit, requests, perMinute }) => {
      return `${limit} ${number(requests, 'request')} at ${grouped(perMinute)} a minute`
    })
    const whole = `${atLeast ? 'at least' : 'about'} ${number(minutes, 'minute')} to read everything once`
    rows.push(['Effort', pen.plain(`${whole}, by ${outOf(counted.length, streams.all, 'stream')}: ${list(parts)}`)])
    const each = kinds.map(({ kind, count, requests }) => {
      return `${number(requests, 'request')} in ${number(count, 'scope')} of the kind "${kind}", ${grouped(Math.ceil(requests / count))} in each`
    })
    if (each.length > 0) rows.push(['', pen.plain(list(each))])
    if (billed) rows.push(['Cost', pen.plain(costOfRequests(billed))])
  }
  if (clock && !clock.warning) {
    rows.push([
      'Clock',
      pen.plain(`agrees with the source (${ahead(clock.aheadSeconds)}, ${number(clock.answers, 'answer')})`),
    ])
  }
  return rows
}

/** Of streams and checks so many are named, and the others counted; `--json` has all. */
const MOST_NAMED = 12

/** `old (sold)`; where there are many, told once for each reason. */
function leftOut(scopes: DoctorSource['scopes']): string[] {
  const byReason = Map.groupBy(scopes, ({ excluded }) => excluded)
  return [...byReason].flatMap(([why, some]) => {
    if (why === undefined) return []
    const names = some.map(({ id }) => id)
    return [some.length === 1 ? `${names[0]} (${why})` : `${number(some.length, 'scope')} (${why}): ${list(names, 3)}`]
  })
}

function costOfRequests({ requests, usd, operations }: Billed): string {
  const known = operations.some(({ usdPerThousand }) => usdPerThousand !== 'unknown')
  const sum = usd < 0.01 ? 'less than 0.01' : `about ${usd.toFixed(2)}`
  const each = operations.map(({ operation, requests: asked, usdPerThousand, url, readOn }) => {
    const price = usdPerThousand === 'unknown' ? 'price unknown' : `${usdPerThousand} US dollars a thousand`
    return `${operation} ${number(asked, 'request')}, ${price} (${url}, read ${readOn})`
  })
  const whole = known ? `${sum} US dollars by list price` : 'price unknown'
  return `${number(requests, 'request')} are billed: ${whole}. ${each.join('; ')}`
}

function ahead(seconds: number): string {
  return seconds === 0 ? 'to the second' : `${number(Math.abs(seconds), 'second')} ${seconds > 0 ? 'ahead' : 'behind'}`
}

/** A mark and a sentence each; what is missing first. */
function findings(one: DoctorSource, pen: Pen): [string, string][] {
  const bad = pen.bad('✗')
  const warning = pen.warning('!')
  const { problem, missing, unread, clock, excess, longLived, limits } = one
  const rows: [string, string][] = []
  if (problem) {
    const text = `${pen.alarm(`not read at all: ${problem.reason}`)}${pen.plain(`. ${sentence(problem.detail)} ${costText(problem)}`)}`
    rows.push([bad, text])
  }
  for (const each of missing) {
    const head = `${pen.alarm('missing')} ${pen.strong(each.permission)}`
    rows.push([bad, `${head}${pen.plain(`: needed for ${list(each.streams, MOST_NAMED)}. ${costText(each)}`)}`])
  }
  for (const each of unread) {
    const detail = each.detail === undefined ? '' : ` ${sentence(each.detail)}`
    rows.push([bad, `${pen.bad(`${each.stream}: ${each.reason}.`)}${pen.plain(`${detail} ${costText(each)}`)}`])
  }
  if (clock?.warning) {
    rows.push([
      warning,
      `${pen.warning(`the clock of this machine is ${ahead(clock.aheadSeconds)} of the source`)}${pen.plain(` (${number(clock.answers, 'answer')}). Times in bundles would mislead whoever compares them with the source's own log. Set the clock by NTP.`)}`,
    ])
  }
  for (const { right, instead } of excess) {
    rows.push([
      warning,
      `${pen.warning('over-privileged:')} ${pen.strong(right)}${pen.plain(`. ${sentence(instead)}`)}`,
    ])
  }
  if (longLived !== undefined)
    rows.push([warning, `${pen.warning('long-lived credentials:')} ${pen.plain(sentence(longLived))}`])
  for (const { stream, minutes } of one.effort?.tooLong ?? []) {
    const allowed = number(one.effort?.deadlineMinutes ?? 0, 'minute')
    rows.push([
      warning,
      `${pen.warning(`${stream} takes about ${number(minutes, 'minute')}, and a plan item may take ${allowed}.`)}${pen.plain(` Raise "deadline" in the config to more than ${minutes}m, or the share of the limits of ${one.source}.`)}`,
    ])
  }
  for (const { check, detail } of limits) {
    rows.push([warning, `${pen.warning(`${check} stays unknown, for example:`)} ${pen.plain(detail)}`])
  }
  return rows
}

function costText({ checks, controls }: { checks: readonly string[]; controls: readonly string[] }): string {
  if (checks.length === 0) return 'No check reads it.'
  const lost = `Becomes unknown: ${list(checks, MOST_NAMED)}`
  return controls.length === 0
    ? `${lost}.`
    : `${lost}; ${controls.length === 1 ? 'control' : 'controls'} ${list(controls, 2 * MOST_NAMED)}.`
}

/** The exact change to make: where to go, then what to set there. */
function toDo(one: DoctorSource, look: Look, pen: Pen): string[] {
  const { problem, missing, unread, excess, steps } = one
  const grants = missing.map(({ permission, grant }) => `Grant ${permission}${grant === undefined ? '' : `: ${grant}`}`)
  const changes = grants.length > 0 || excess.length > 0 ? steps : []
  const others = [problem, ...unread].flatMap((each) => each?.whatToDo ?? [])
  const less = excess.length > 0 ? ['Take away what is named over-privileged above'] : []
  const all = [...new Set([...others, ...changes, ...grants, ...less])]
  if (all.length === 0) return []
  // The command without a full stop: it is there to be copied.
  const lines = [...all.map(sentence), suggest(`doctor ${one.source}`, look)]
  return [
    `  ${pen.strong('To do')}`,
    ...lines.map((line, index) => paragraph(pen.plain(line), look, `    ${index + 1}. `)),
  ]
}
