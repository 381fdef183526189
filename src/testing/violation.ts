/** What a collector can do wrong. Closed: each code has a row in `docs/adding-a-collector.md`. */
export const VIOLATION_CODES = [
  'manifest-incomplete',
  'manifest-ids',
  'manifest-limits',
  'manifest-loads-sdk',
  'reproduce-unsafe',
  'config-example',
  'config-unknown-key',
  'config-undescribed',
  'readme-stale',
  'fixture-incomplete',
  'answer-not-asked-for',
  'baseline-incomplete',
  'records-missing',
  'not-repeatable',
  'prefetches',
  'ignores-abort',
  'not-closed',
  'swallows-failure',
  'fault-not-noticed',
  'wrong-reason',
  'permission-not-named',
  'gives-up-too-early',
  'passes-without-evidence',
  'concludes-from-nothing',
  'endless-pages',
  'increment-differs',
  'exceeds-limits',
  'writes',
  'bypasses-engine',
  'leaks-secret',
  'leaks-person',
  'example-disagrees',
  'passes-unread',
] as const
export type ViolationCode = (typeof VIOLATION_CODES)[number]

/** One thing that is wrong, and what a good collector does. */
export interface Finding {
  code: ViolationCode
  /** What was seen, with stream, request or check. */
  what: string
  /** What a good collector does instead. */
  instead: string
}

export interface Violation extends Finding {
  /** The rule that found it, as the suite names it. */
  rule: string
}

const DOCS = 'docs/adding-a-collector.md'

/** Text of a failed rule. */
export function explain(findings: readonly Finding[]): string {
  return findings
    .map(({ code, what, instead }) => `${code}: ${what}\n  A good collector: ${instead}\n  See ${DOCS}#${code}`)
    .join('\n')
}
