import type { Stream } from '../../sdk/stream.ts'
import type { Finding } from '../violation.ts'
import { isComplete, onceItReads, type Rule } from './context.ts'
import { digestsOf } from './reading.ts'

/** What the increment of a stream with full sweeps must be good for. */
export function sweepRules({ id }: Stream): Rule[] {
  return [
    onceItReads(`${id}: has the same evidence from an increment as from a full sweep`, async (_, { readings }) => {
      const whole = readings.get(id)
      const increment = whole?.increment
      if (whole === undefined || increment === undefined) return []
      const [outcome] = increment.outcomes
      const findings: Finding[] = []
      const finding = (what: string): Finding => ({
        code: 'increment-differs',
        what: `${id}: ${what}`,
        instead:
          'yields in its increment every record that `collect` would yield: fresh, or as `previous.records()` gave it; and gives the number the source says there are as `total`.',
      })
      if (!isComplete(increment)) {
        const ended = `${outcome?.status}${outcome?.detail === undefined ? '' : `: ${outcome.detail}`}`
        findings.push(finding(`an increment on an unchanged source ended ${ended}`))
      } else if (digestsOf(increment) !== digestsOf(whole)) {
        findings.push(finding('an increment on an unchanged source gave other records than the full sweep'))
      } else if (increment.calls.length === 0 && whole.calls.length > 0) {
        findings.push(finding('an increment asked the source nothing, and took what was for what is'))
      } else if (increment.outcomes.every(({ carriedOver }) => carriedOver === undefined)) {
        findings.push(finding('an increment on an unchanged source read everything again'))
      }
      return findings
    }),
  ]
}
