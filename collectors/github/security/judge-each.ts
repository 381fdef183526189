import {
  about,
  fail,
  type Item,
  notApplicable,
  type Observed,
  pass,
  type Result,
  unknown,
  unread,
  type Verdict,
} from 'affiant/sdk'
import { outOfReading, type Reading } from './reading.ts'
import type { RepositoryRecord } from '../streams/repositories.ts'

export interface Things<R, T> {
  /** `deploy keys` */
  what: string
  of: (record: R) => Observed<readonly T[]> | null
  id: (thing: T) => string
  judge: (thing: T, record: R) => Verdict
}

/**
 * A result for each thing of a repository, or one for the repository that has none or could not be read: that way the
 * population shows every repository.
 */
export async function* judgeThings<R extends Reading, T>(
  items: AsyncIterable<Item<R>>,
  { what, of, id, judge }: Things<R, T>,
): AsyncIterable<Result> {
  for await (const item of items) {
    const { record } = item
    const things = of(record)
    const out = outOfReading(record)
    if (out !== undefined) yield { ...about(item), ...out }
    else if (things === null || things.state === 'unknown') {
      const subject = `${record.repository}: ${what}`
      yield {
        ...about(item),
        ...(things === null ? unknown('invalid', `${subject} were not read`) : unread(things, subject)),
      }
    } else if (things.state === 'absent' || things.value.length === 0) {
      yield { ...about(item), ...notApplicable('none', `${record.repository} has no ${what}`) }
    } else {
      for (const thing of things.value) {
        const subject = `${item.key}#${id(thing)}`
        yield { subject, name: `${item.label}: ${id(thing)}`, scope: item.scope, ...judge(thing, record) }
      }
    }
  }
}

/**
 * A result for each alert, and one for each repository without any: "no alerts" is good news only where somebody looks.
 */
export async function* judgeAlerts<A extends { repository: string }, R extends { repository: string }>(
  alerts: AsyncIterable<Item<A>>,
  repositories: AsyncIterable<Item<R>>,
  judge: (alert: A) => Verdict,
  whetherScanned: (record: R) => Verdict,
): AsyncIterable<Result> {
  const alerted = new Set<string>()
  for await (const item of alerts) {
    alerted.add(item.record.repository)
    yield { ...about(item), ...judge(item.record) }
  }
  for await (const item of repositories) {
    if (!alerted.has(item.record.repository)) yield { ...about(item), ...whetherScanned(item.record) }
  }
}

type Feature = keyof NonNullable<RepositoryRecord['securityAndAnalysis']>

/** Whether a feature is on in a repository, or why that is not known. */
export function featureOf({ repository, securityAndAnalysis }: RepositoryRecord, feature: Feature): boolean | Verdict {
  if (securityAndAnalysis === null) {
    return unknown(
      'denied',
      `${repository}: GitHub shows what it scans for to administrators only; missing permission: administration:read`,
    )
  }
  return (
    securityAndAnalysis[feature] ??
    unknown('unlicensed', `${repository}: GitHub does not name the feature, so the plan does not include it`)
  )
}

/** An alert that somebody put aside, with a reason and a name to it, or without. */
export function judgeDismissed(
  what: string,
  { dismissedReason, by, commented }: { dismissedReason: string | null; by: object | null; commented: boolean },
  requireComment: boolean,
): Verdict {
  if (dismissedReason === null) return fail(`${what} was dismissed without a reason`)
  if (by === null) return fail(`${what} was dismissed, and GitHub does not say by whom`)
  if (requireComment && !commented) return fail(`${what} was dismissed as ${dismissedReason} without a comment`)
  return pass(`${what} was dismissed as ${dismissedReason}`)
}
