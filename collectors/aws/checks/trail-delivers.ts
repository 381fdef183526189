import { checkAll, fail, pass, plural, z } from 'affiant/sdk'
import { ownExample, trailExample } from '../examples/logging.ts'
import { judgeAtHome } from '../logging/covering-trails.ts'
import { trails } from '../streams/trails.ts'

const HOUR = 3_600_000

export const trailDelivers = checkAll(
  { trails },
  {
    id: 'aws.trail-delivers',
    revision: 1,
    title: 'Trails delivered lately and without error',
    severity: 'high',
    rationale: 'A trail that is on but cannot write to its bucket loses events, and the console says so to nobody.',
    remediation:
      'CloudTrail, the trail: look at "Last log file delivered" and the error; most often the policy of the bucket or of the key does not let CloudTrail write.',
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    params: z.strictObject({ maxHours: z.int().min(1).default(24).describe('Most hours since the last delivery.') }),
    criteria: ({ maxHours }) => ({
      pass: `The last delivery was at most ${plural(maxHours, 'hour')} before the run and had no error.`,
      fail: `The trail is off, or nothing was delivered for ${plural(maxHours, 'hour')}, or the last delivery failed.`,
    }),
    examples: {
      pass: { inputs: { trails: [trailExample()] }, params: { maxHours: 100_000_000 } },
      fail: { inputs: { trails: [trailExample({ own: ownExample({ deliveryError: 'AccessDenied' }) })] } },
      unknown: { inputs: { trails: [trailExample({ own: null })] } },
    },
    evaluate: ({ trails: listed }, { params: { maxHours }, at }) =>
      judgeAtHome(listed, (own) => {
        if (!own.logging) return fail('the trail is off')
        if (own.deliveryError !== null) return fail(`the last delivery failed (${own.deliveryError})`)
        if (own.latestDelivery === null) return fail('nothing was ever delivered')
        const hours = Math.max(0, Math.floor((at.getTime() - Date.parse(own.latestDelivery)) / HOUR))
        const detail = `last delivered ${plural(hours, 'hour')} before this run`
        return hours <= maxHours ? pass(detail) : fail(detail)
      }),
  },
)
