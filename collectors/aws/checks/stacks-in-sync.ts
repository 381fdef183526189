import { checkEach, daysSince, fail, notApplicable, pass, plural, unknown, unread, z } from 'affiant/sdk'
import { stackExample } from '../examples/config.ts'
import { labelled, noLabels, production } from '../data/labels.ts'
import { stacks } from '../streams/stacks.ts'
import { named } from '../texts.ts'

export const stacksInSync = checkEach(stacks, {
  id: 'aws.stacks-in-sync',
  revision: 1,
  title: 'CloudFormation stacks are as their templates say',
  severity: 'medium',
  rationale: 'A resource changed by hand is no longer what was reviewed, and the next deployment undoes it unseen.',
  remediation:
    'CloudFormation, the stack, "Stack actions", "Detect drift"; bring the template up to date or the resource back. Let AWS Config do it daily with the rule CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK.',
  emptyPopulation: 'not-applicable',
  params: z.strictObject({
    maxDays: z.int().min(1).default(30).describe('Most days since drift was looked for.'),
    production: production.describe('Values of the tag "environment" that stacks which count have, in lower case.'),
    everyStack: z.boolean().default(false).describe('Whether stacks without such a tag count as well.'),
  }),
  criteria: ({ maxDays, everyStack }) => ({
    pass: `Drift was looked for at most ${plural(maxDays, 'day')} before the run, and the ${everyStack ? '' : 'production '}stack was IN_SYNC.`,
    fail: 'The stack was DRIFTED. One that was NOT_CHECKED, or too long ago, is unknown.',
  }),
  examples: {
    pass: { record: stackExample(), params: { maxDays: 1_000_000 } },
    fail: {
      record: stackExample({
        drift: 'DRIFTED',
        drifted: {
          state: 'observed',
          value: [{ logicalId: 'WebGroup', type: 'AWS::EC2::SecurityGroup', status: 'MODIFIED' }],
        },
      }),
    },
    unknown: { record: stackExample({ drift: 'NOT_CHECKED', driftChecked: null }) },
    'not-applicable': { record: stackExample({ labels: { ...noLabels, environment: 'test' } }) },
  },
  evaluate({ drift, driftChecked, drifted, labels, status }, { params: { maxDays, ...params }, at }) {
    const { environment } = labels
    if (!params.everyStack && !labelled(environment, params.production)) {
      return notApplicable(
        'not-production',
        `the tag "environment" is ${environment === null ? 'missing' : `"${environment}"`}`,
      )
    }
    if (status === 'REVIEW_IN_PROGRESS') return notApplicable('no-resources', 'the stack was never deployed')
    if (drift === 'DRIFTED') {
      if (drifted.state !== 'observed') return fail('the stack was DRIFTED')
      const names = drifted.value.map((one) => `${one.logicalId} (${one.type}) ${one.status}`)
      return fail(`${plural(names.length, 'resource was', 'resources were')} DRIFTED: ${named(names)}`)
    }
    if (drifted.state === 'unknown') return unread(drifted, 'the drift of its resources')
    if (drift !== 'IN_SYNC' || driftChecked === null) return unknown('stale', 'drift was never looked for')
    const days = daysSince(driftChecked, at)
    if (days > maxDays) return unknown('stale', `drift was last looked for ${plural(days, 'day')} before this run`)
    return pass(`IN_SYNC, looked for ${plural(Math.max(0, days), 'day')} before this run`)
  },
})
