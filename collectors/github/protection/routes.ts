import { fail, notApplicable, type Observed, pass, type Reason, unknown, type Verdict } from 'affiant/sdk'
import type { BranchRule, ClassicProtection } from './model.ts'
import type { BranchProtectionRecord } from '../streams/branch-protection.ts'

/**
 * What one way of protecting a branch asks for. GitHub has two, classic protection and rulesets, and applies both: of
 * each requirement the stricter counts. `null`: GitHub did not say.
 */
interface Route {
  pullRequest: boolean
  approvals: number | null
  dismissStale: boolean | null
  codeOwners: boolean | null
  contexts: readonly string[]
  blocksForcePush: boolean | null
  blocksDeletion: boolean | null
  signatures: boolean | null
}

const NOTHING: Route = {
  pullRequest: false,
  approvals: 0,
  dismissStale: false,
  codeOwners: false,
  contexts: [],
  blocksForcePush: false,
  blocksDeletion: false,
  signatures: false,
}

type Unread = Extract<Observed<unknown>, { state: 'unknown' }>

/** Whether a route meets a requirement; `null` when it did not say. */
export type Test = (route: Route) => boolean | null

export interface Requirement {
  test: Test
  /** Completes "default branch `main` …" when it is not met. */
  missing: string
}

const not = (value: boolean | null) => (value === null ? null : !value)

function classicRoute(classic: ClassicProtection): Route {
  const { pullRequest } = classic
  return {
    pullRequest: pullRequest !== null,
    approvals: pullRequest === null ? 0 : pullRequest.approvals,
    dismissStale: pullRequest === null ? false : pullRequest.dismissStale,
    codeOwners: pullRequest === null ? false : pullRequest.codeOwners,
    contexts: classic.statusChecks?.contexts ?? [],
    blocksForcePush: not(classic.allowForcePushes),
    blocksDeletion: not(classic.allowDeletions),
    signatures: classic.signatures,
  }
}

function rulesRoute(rules: readonly BranchRule[]): Route {
  const reviews = rules.flatMap(({ pullRequest }) => pullRequest ?? [])
  const approvals = reviews.map((review) => review.approvals)
  const known = approvals.filter((count) => count !== null)
  const types = new Set(rules.map(({ type }) => type))
  return {
    pullRequest: reviews.length > 0,
    // A rule that did not say its number can only raise the known ones.
    approvals: known.length < approvals.length && !known.some((count) => count > 0) ? null : Math.max(0, ...known),
    dismissStale: any(reviews.map((review) => review.dismissStale)),
    codeOwners: any(reviews.map((review) => review.codeOwners)),
    contexts: rules.flatMap(({ statusChecks }) => statusChecks?.contexts ?? []),
    blocksForcePush: types.has('non_fast_forward'),
    blocksDeletion: types.has('deletion'),
    signatures: types.has('required_signatures'),
  }
}

/** Three-valued "or". */
function any(values: readonly (boolean | null)[]): boolean | null {
  if (values.includes(true)) return true
  return values.includes(null) ? null : false
}

/** `met` by either route; `unmet` only if both are known; otherwise why it is not known. */
export type Finding = 'met' | 'unmet' | Unread

export function findingOf(outcomes: readonly (boolean | null | Unread)[]): Finding {
  if (outcomes.includes(true)) return 'met'
  const unread = outcomes.find((outcome) => outcome !== null && typeof outcome === 'object')
  if (unread !== undefined) return unread
  return outcomes.includes(null) ? { state: 'unknown', reason: 'invalid' } : 'unmet'
}

export function find({ classic, rules }: BranchProtectionRecord, test: Test): Finding {
  return findingOf([
    apply(classic, (value) => test(classicRoute(value)), test),
    apply(rules, (value) => test(rulesRoute(value)), test),
  ])
}

function apply<T>(
  observed: Observed<T> | null,
  read: (value: T) => boolean | null,
  test: Test,
): boolean | null | Unread {
  if (observed === null) return null
  if (observed.state === 'unknown') return observed
  return observed.state === 'absent' ? test(NOTHING) : read(observed.value)
}

/** Why a repository is not judged at all. */
export function outOfQuestion(record: BranchProtectionRecord): Verdict | undefined {
  const { repository, branch } = record
  if (record.notRead === 'archived') return notApplicable('archived', `${repository} is archived: it is read-only`)
  if (record.notRead === 'excluded') {
    return notApplicable('excluded', `${repository} is left out by config: ${record.excluded ?? 'no reason given'}`)
  }
  if (record.notRead === 'no-branch') return notApplicable('empty', `${repository} has no default branch`)
  if (record.empty) return notApplicable('empty', `${repository}: nothing was ever pushed to \`${branch}\``)
  return undefined
}

/**
 * The verdict on findings that must all be met. A failure that is known stands, whatever else is not. `missing` completes
 * "default branch `main` …"; `unread` says what could not be read, if it is not protection itself.
 */
export function verdictOf(
  record: BranchProtectionRecord,
  findings: readonly { finding: Finding; missing: string; unread?: string }[],
  met: string,
): Verdict {
  const subject = `${record.repository}: default branch \`${record.branch}\``
  const missing = findings.filter(({ finding }) => finding === 'unmet').map((each) => each.missing)
  if (missing.length > 0) return fail(`${subject} ${missing.join(' and ')}`)
  for (const { finding, unread } of findings) {
    if (typeof finding === 'object') return unknown(finding.reason, `${subject}: ${unread ?? whyUnread(finding)}`)
  }
  return pass(`${subject} ${met}`)
}

const WHY: Readonly<Partial<Record<Reason, string>>> = {
  denied: 'protection could not be read, GitHub refused',
  unlicensed: 'the GitHub plan has no protection for private repositories, so nothing can be said of it',
  invalid: 'GitHub did not say whether this is required',
}

function whyUnread({ reason, permission }: Unread): string {
  const why = WHY[reason] ?? `protection could not be read (${reason})`
  return permission === undefined ? why : `${why}; missing permission: ${permission}`
}

/** The verdict of a check that asks for requirements either route may meet. */
export function judge(record: BranchProtectionRecord, requirements: readonly Requirement[], met: string): Verdict {
  return (
    outOfQuestion(record) ??
    verdictOf(
      record,
      requirements.map(({ test, missing }) => ({ finding: find(record, test), missing })),
      met,
    )
  )
}
