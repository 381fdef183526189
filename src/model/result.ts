import { z } from 'zod'
import { REASONS } from '../sdk/errors.ts'
import { parseCanonical } from './canonical.ts'
import { Count } from './common.ts'
import { notOurLine } from './user-error.ts'

export const STATUSES = ['pass', 'fail', 'not-applicable', 'unknown'] as const
export const Status = z.enum(STATUSES)
export type Status = z.output<typeof Status>

/** One line of a results file: what a check says of one subject. */
export const ResultLine = z.strictObject({
  status: Status,
  /** Closed list for `unknown` (see REASONS), a kebab-case code for `not-applicable`. */
  reason: z.string().optional(),
  detail: z.string().optional(),
  subject: z.string(),
  name: z.string().optional(),
  scope: z.string().optional(),
})
export type ResultLine = z.output<typeof ResultLine>

/** @throws UserError (exit status 4) if a line of a sealed results file is not one */
export function parseResultLine(line: string): ResultLine {
  try {
    return ResultLine.parse(parseCanonical(line))
  } catch (cause) {
    throw notOurLine('results', cause)
  }
}

/** Why a check had nothing to judge although nobody looked: what it reads is read for no scope of the source. */
export const NO_SCOPE = 'no-scope'

const NO_VERDICT: ReadonlySet<string | undefined> = new Set(['undeclared', 'disabled', NO_SCOPE])

/** Whether nobody judged anything, for want of what the check needs: it says nothing of a control, and ends no failure. */
export function isWithoutVerdict({ status, reason }: { status: string; reason?: string | undefined }): boolean {
  return status === 'not-applicable' && NO_VERDICT.has(reason)
}

/**
 * How many subjects a check looked at. `inScope = inspected + notApplicable + unknown` and
 * `inspected = passed + failed + excepted`, always.
 */
export const Counts = z
  .strictObject({
    inScope: Count,
    inspected: Count,
    passed: Count,
    failed: Count,
    notApplicable: Count,
    unknown: Count,
    excepted: Count,
  })
  .refine(
    (c) => c.inspected === c.passed + c.failed + c.excepted && c.inScope === c.inspected + c.notApplicable + c.unknown,
    {
      error: 'counts do not add up',
    },
  )
export type Counts = z.output<typeof Counts>

/** A check's verdict on one source, rolled up from its results and from the outcomes of its inputs. */
export const CheckSummary = z.strictObject({
  check: z.string(),
  revision: Count,
  source: z.string(),
  status: Status,
  reason: z.string().optional(),
  counts: Counts,
  /** Plan items among the inputs that are not complete, each with its reason. */
  incomplete: z.array(z.strictObject({ planItem: z.string(), reason: z.enum(REASONS) })),
})
export type CheckSummary = z.output<typeof CheckSummary>
