import { DAY_MS } from 'affiant/sdk'
import type { Session } from './session.ts'
import { type EventTypes, eventsIn, filterOf } from './system-log.ts'
import type { UserAnswer } from './users.ts'

/**
 * Events are asked for up to the moment the source was opened, a while before this stream's turn, and come to the System
 * Log a little late. So that none falls between two runs, a day before the earlier one is looked at once more.
 */
const OVERLAP_MS = DAY_MS

/**
 * `user.mfa.factor.*`: a user enrolled, lost or changed a factor. `system.mfa.factor.*`: the organisation turned one on or
 * off, which changes what is listed for everybody. https://developer.okta.com/docs/reference/api/event-types/
 */
const OF_USERS = 'user.mfa.factor.'
const OF_ALL = 'system.mfa.factor.'
const TYPES: EventTypes = [OF_USERS, OF_ALL]

export interface FactorChanges {
  /** Whether the factors of this user may be others than before. */
  includes(user: Pick<UserAnswer, 'id' | 'lastUpdated'>): boolean
}

/**
 * Whose factors may have changed since then, by the System Log and by the times of the accounts. A changed enrolment policy
 * is not among it: what that hides or shows again is seen by the next full sweep.
 */
export async function changedUsers(session: Session, since: Date): Promise<FactorChanges> {
  const from = new Date(since.getTime() - OVERLAP_MS)
  const changed = new Set<string>()
  let all = false
  const bounds = { from, to: session.now, kept: from }
  for await (const { records } of eventsIn(session, bounds, filterOf(TYPES), TYPES)) {
    for (const { eventType, actor, targets } of records) {
      all ||= eventType.startsWith(OF_ALL)
      // Whose factor it is stands among the targets; a person who acts on their own may be the actor alone.
      for (const { id, type } of [actor, ...targets]) if (type === 'User') changed.add(id)
    }
  }
  return {
    includes: ({ id, lastUpdated }) =>
      all || changed.has(id) || lastUpdated === null || Date.parse(lastUpdated) >= from.getTime(),
  }
}
