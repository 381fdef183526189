import { checkEach, daysSince, fail, notApplicable, pass, plural, z } from 'affiant/sdk'
import { secretRecord } from '../examples/keys.ts'
import { secrets } from '../streams/secrets.ts'

export const secretsRotated = checkEach(secrets, {
  id: 'aws.secrets-rotated',
  revision: 1,
  title: 'Secrets are changed in time, and those that nobody reads are removed',
  severity: 'medium',
  rationale: 'A secret that never changes is known to everybody who ever saw it. (FSBP SecretsManager.1, .3 and .4)',
  remediation: 'Secrets Manager: "Edit rotation"; delete what nobody reads.',
  emptyPopulation: 'not-applicable',
  params: z.strictObject({
    maxAgeDays: z.int().min(1).default(90).describe('Most days since the last rotation.'),
    maxIdleDays: z.int().min(1).default(90).describe('Most days since somebody read it.'),
  }),
  criteria: ({ maxAgeDays, maxIdleDays }) => ({
    pass: `The secret was rotated, or was made, within ${plural(maxAgeDays, 'day')} before the run, and was read, or was made, within ${plural(maxIdleDays, 'day')}.`,
    fail: `The secret was neither rotated nor made within ${plural(maxAgeDays, 'day')} before the run, or neither read nor made within ${plural(maxIdleDays, 'day')}.`,
  }),
  examples: {
    pass: { record: secretRecord() },
    fail: { record: secretRecord({ rotation: false, lastRotated: null }) },
    'not-applicable': {
      record: secretRecord({
        primaryRegion: 'eu-central-1',
        arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-db-a1b2c3',
      }),
    },
  },
  evaluate({ arn, rotation, created, lastRotated, lastAccessed, owningService, primaryRegion }, { params, at }) {
    const [, , , region] = arn.split(':')
    if (primaryRegion !== null && primaryRegion !== region)
      return notApplicable('replica', `a copy of that in ${primaryRegion}`)
    if (owningService !== null) return notApplicable('kept-by-aws', `kept by ${owningService}`)
    const since = (time: string | null) => (time === null ? Infinity : Math.max(0, daysSince(time, at)))
    const age = Math.min(since(lastRotated), since(created))
    const idle = Math.min(since(lastAccessed), since(created))
    const faults = [
      ...(age > params.maxAgeDays
        ? [`not rotated for ${words(age)}${rotation ? ', although rotation is on' : ''}`]
        : []),
      ...(idle > params.maxIdleDays ? [`not read for ${words(idle)}`] : []),
    ]
    return faults.length === 0 ? pass(`rotated or made ${plural(age, 'day')} ago`) : fail(faults.join('; '))
  },
})

const words = (days: number) => (days === Infinity ? 'as long as AWS knows' : plural(days, 'day'))
