import { z } from 'zod'
import { Count } from './common.ts'
import { type ChangeTally, compareText, firstOf, type LineChange } from './compare-lines.ts'
import { parseResultLine, ResultLine, STATUSES } from './result.ts'

const Said = ResultLine.pick({ status: true, reason: true, detail: true })
const OrAbsent = z.enum([...STATUSES, 'absent'])

/** A subject of which two evaluations of a check say different things; a side that says nothing of it is left out. */
export const Turn = z.strictObject({
  scope: z.string().optional(),
  subject: z.string(),
  name: z.string().optional(),
  from: Said.optional(),
  to: Said.optional(),
})
export type Turn = z.output<typeof Turn>

/** How the results of a check differ between two evaluations. */
export const Turns = z.strictObject({
  /** How many subjects went from one status to another; `absent` where a side has no such subject. */
  statuses: z.array(z.strictObject({ from: OrAbsent, to: OrAbsent, count: Count })),
  /** Subjects that kept their status, with another reason, detail or name. */
  restated: Count,
  /** The first of them, by scope and subject. */
  subjects: z.array(Turn),
  /** Subjects that are not listed. */
  omitted: Count,
})
export type Turns = z.output<typeof Turns>

/** @throws UserError (exit status 4) if it is not a line of a results file */
export function resultIdentity(line: string): string {
  const { scope, subject } = parseResultLine(line)
  return `${scope ?? ''}\0${subject}`
}

/** Adds up changes of result lines. `restated`: whether subjects that kept their status are listed too. */
export function turnTally(limit: number, restatedToo: boolean): ChangeTally & { turns(): Turns } {
  const counts = new Map<string, { from: z.output<typeof OrAbsent>; to: z.output<typeof OrAbsent>; count: number }>()
  const first = firstOf<Turn>(limit)
  let restated = 0
  return {
    add(change) {
      const turn = turnOf(change)
      const from = turn.from?.status ?? 'absent'
      const to = turn.to?.status ?? 'absent'
      if (from === to) restated += 1
      else {
        const key = `${from} ${to}`
        const known = counts.get(key) ?? { from, to, count: 0 }
        known.count += 1
        counts.set(key, known)
      }
      if (from !== to || restatedToo) first.add(change.identity, turn)
    },
    turns() {
      const subjects = first.list()
      return {
        statuses: [...counts.entries()].sort(([a], [b]) => compareText(a, b)).map(([, entry]) => entry),
        restated,
        subjects,
        omitted: first.count - subjects.length,
      }
    },
  }
}

function turnOf({ from, to }: LineChange): Turn {
  const before = from === undefined ? undefined : parseResultLine(from)
  const after = to === undefined ? undefined : parseResultLine(to)
  const about = after ?? before
  // The same of both, whichever way round they are compared.
  const [name] = [before?.name, after?.name].filter((one) => one !== undefined).sort(compareText)
  return {
    ...(about?.scope !== undefined && { scope: about.scope }),
    subject: about?.subject ?? '',
    ...(name !== undefined && { name }),
    ...(before && { from: said(before) }),
    ...(after && { to: said(after) }),
  }
}

function said({ status, reason, detail }: ResultLine): z.output<typeof Said> {
  return { status, ...(reason !== undefined && { reason }), ...(detail !== undefined && { detail }) }
}
