import type { Outcome } from '../../model/outcome.ts'
import { isWhole, type SealedEvidence } from '../machine/facts.ts'
import { number } from '../words.ts'
import { message } from './message.ts'

/** How the run went: successful only if everything was read whole, and nothing of it is withheld. */
export function invocation(run: SealedEvidence): object {
  const { plan, seal, sources, outcomes, withheld } = run
  const notifications = [
    ...sources.flatMap(({ source, outcome }) => notification(`source ${source}`, outcome)),
    ...outcomes.flatMap(({ planItem, outcome }) => notification(planItem, outcome)),
    ...(withheld.length === 0
      ? []
      : [
          {
            level: 'error',
            message: message(
              `${number(withheld.length, 'line')} of the index ${withheld.length === 1 ? 'is' : 'are'} withheld from this evidence`,
            ),
          },
        ]),
  ]
  return {
    executionSuccessful: isWhole(run),
    startTimeUtc: plan.run.openedAt,
    endTimeUtc: seal.at,
    toolExecutionNotifications: notifications,
  }
}

function notification(what: string, { status, reason, detail, gaps, endedAt }: Outcome): object[] {
  if (status === 'complete') return []
  const missing = gaps.reduce((sum, { count }) => sum + count, 0)
  return [
    {
      level: 'error',
      timeUtc: endedAt,
      message: message(
        `${what} was not read whole (${status}, ${reason ?? 'no reason given'})${detail === undefined ? '' : `: ${detail}`}${missing === 0 ? '' : `; ${number(missing, 'part')} missing`}`,
      ),
    },
  ]
}
