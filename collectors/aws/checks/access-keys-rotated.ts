import { checkEach, daysSince, fail, notApplicable, pass, plural, z } from 'affiant/sdk'
import { instantOf } from '../identity/credential-report.ts'
import { credentialExample, keyExample } from '../examples/identity.ts'
import { credentialReport } from '../streams/credential-report.ts'

export const accessKeysRotated = checkEach(credentialReport, {
  id: 'aws.access-keys-rotated',
  revision: 1,
  title: 'Access keys are changed in time',
  severity: 'medium',
  rationale: 'Keys are copied into files, images and chats. Changing them ends what was forgotten there. (CIS 2.13)',
  remediation:
    'Use roles in place of keys. Where a key is needed, make a second one, move to it, and delete the old one.',
  params: z.strictObject({ maxDays: z.int().min(1).default(90).describe('Most days since a key was made.') }),
  criteria: ({ maxDays }) => ({
    pass: `No active access key is older than ${plural(maxDays, 'day')}.`,
    fail: `An active access key is older than ${plural(maxDays, 'day')}.`,
  }),
  examples: {
    pass: { record: credentialExample('deploy', { accessKeys: [keyExample('2099-01-01T00:00:00.000Z')] }) },
    fail: { record: credentialExample('deploy', { accessKeys: [keyExample('2020-01-01T00:00:00.000Z')] }) },
    'not-applicable': { record: credentialExample('person-a', { passwordEnabled: true }) },
  },
  evaluate(record, { params: { maxDays }, at }) {
    if (record.kind === 'report') return notApplicable('not-a-user')
    const active = record.accessKeys.filter((key) => key.active)
    if (active.length === 0) return notApplicable('no-active-key')
    const ages = active.map(({ lastRotated }) => {
      const made = instantOf(lastRotated) ?? instantOf(record.created)
      return made === undefined ? Infinity : daysSince(made, at)
    })
    const oldest = Math.max(...ages)
    if (oldest === Infinity) return fail('AWS does not tell when an active key was made')
    const detail = `the oldest active key is ${plural(Math.max(0, oldest), 'day')} old`
    return oldest <= maxDays ? pass(detail) : fail(detail)
  },
})
