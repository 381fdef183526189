import type { Outcome } from './outcome.ts'

/** How it was noticed that a permission is missing. */
export const MISSING_BY = ['not-granted', 'refused', 'hidden'] as const

/**
 * A declared permission the credentials lack. `not-granted`: the source lists the rights they hold, and it is not among
 * them. `refused`: a first page was denied for want of it. `hidden`: the page came, without the fields it opens.
 */
export interface MissingPermission {
  permission: string
  by: readonly (typeof MISSING_BY)[number][]
  /** Streams that cannot be read whole without it. */
  streams: readonly string[]
  /** From the declaration; absent for a permission only the source named. */
  why?: string
  url?: string
  /** Where a person grants it, in the source's words. */
  grant?: string
}

/** How one plan item fared when its first page was read. */
export interface ProbedItem {
  stream: string
  scope: string
  outcome: Outcome
}

/** How long reading a source whole will take, at the share of its limits that is used. */
export interface Effort {
  /** Rounded up. */
  minutes: number
  /** Streams that can tell how many requests they make. */
  streams: readonly string[]
  /** Requests by limit, and how many of them go in a minute. */
  budgets: readonly { limit: string; requests: number; perMinute: number }[]
  /** What a plan item may take. */
  deadlineMinutes: number
  /** Streams one plan item of which takes longer than that. */
  tooLong: readonly { stream: string; minutes: number }[]
  /** Counted on the first page of every plan item, and so the least that a run takes: no stream can tell. */
  atLeast?: true
  /** The same requests by the kind of scope they were made for: how many there are of it, and the requests of all of them. */
  scopes?: readonly { kind: string; count: number; requests: number }[]
  /** What the source bills for these requests, by its list prices. */
  billed?: Billed
}

/** Requests that cost money. */
export interface Billed {
  requests: number
  /** In US dollars; without those whose price is not known. */
  usd: number
  operations: readonly {
    /** As the collector names them: `kms:*`. */
    operation: string
    requests: number
    usdPerThousand: number | 'unknown'
    url: string
    readOn: string
  }[]
}

/** What `affiant doctor` found out about one source. Nothing of it is written to a store. */
export interface Examination {
  source: string
  collector: string
  title: string
  demo: boolean
  /** Of opening it, asking who it is and listing its scopes. */
  outcome: Outcome
  /** As the source told it. */
  identity?: {
    id: string
    name: string
    principal: { kind: 'user' | 'app' | 'anonymous'; name: string }
    granted?: readonly string[] | undefined
  }
  /** What config says the source is. */
  expected: { id?: string; name?: string }
  mismatch: boolean
  scopes: readonly { id: string; title?: string | undefined; excluded?: string | undefined }[]
  /** Absent where no answer carried a date. Positive seconds: this machine is ahead of the source. */
  clock?: { aheadSeconds: number; answers: number }
  items: readonly ProbedItem[]
  /** Whether the granted rights could be compared with the declared ones. */
  compared: boolean
  missing: readonly MissingPermission[]
  /** Granted rights beyond the declared ones, and what to use instead. */
  excess: readonly { right: string; instead: string }[]
  /** What to use instead of static credentials that live long. */
  longLived?: string
  /** How to get to where rights are changed. */
  steps: readonly string[]
  /** Checks of this source that config did not turn off, with the streams they read. */
  checks: readonly { id: string; inputs: readonly string[] }[]
  /** Checks that stay unknown with these credentials for a reason no single permission explains. */
  limits: readonly { check: string; detail: string }[]
  /** Absent where no stream can tell. */
  effort?: Effort
}
