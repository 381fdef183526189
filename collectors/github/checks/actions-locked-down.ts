import { checkEach, fail, pass, unknown, z } from 'affiant/sdk'
import { actionsExample } from '../security/examples.ts'
import { actionsSettings } from '../streams/actions-settings.ts'

export const actionsLockedDown = checkEach(actionsSettings, {
  id: 'github.actions-locked-down',
  revision: 1,
  title: 'Workflows run chosen actions only, with a token that reads',
  severity: 'high',
  rationale:
    'An action is code of somebody else that runs with the secrets of the build. A token that may write, or approve pull requests, lets it change what it builds.',
  remediation:
    'Organisation, "Settings", "Actions", "General": "Allow enterprise, and select non-enterprise, actions", "Read repository contents" and no "Allow GitHub Actions to create and approve pull requests".',
  params: z.strictObject({
    allowed: z
      .array(z.enum(['all', 'local_only', 'selected']))
      .default(['local_only', 'selected'])
      .describe('Which settings of allowed actions are good enough.'),
  }),
  criteria: ({ allowed }) => ({
    pass: `Allowed actions are ${allowed.join(' or ')} without a pattern that allows all, the token of workflows reads, and workflows cannot approve pull requests; or Actions is off.`,
    fail: 'Other actions are allowed too, or the token writes, or workflows can approve pull requests.',
  }),
  examples: {
    pass: { record: actionsExample() },
    fail: { record: actionsExample({ allowedActions: 'all', selected: null }) },
    unknown: { record: actionsExample({ allowedActions: null, selected: null }) },
  },
  evaluate(record, { params }) {
    const { organization, allowedActions, selected } = record
    if (record.enabledRepositories === 'none') return pass(`Actions is off in ${organization}`)
    const faults: string[] = []
    if (allowedActions !== null && !params.allowed.some((one) => one === allowedActions)) {
      faults.push(`allowed actions are "${allowedActions}"`)
    }
    if (
      !params.allowed.includes('all') &&
      selected?.patterns.some((pattern) => /^\*(?:\/\*)?(?:@.*)?$/.test(pattern))
    ) {
      faults.push('a pattern allows every action')
    }
    if (record.defaultWorkflowPermissions !== 'read') faults.push('the token of workflows may write')
    if (record.canApprovePullRequests) faults.push('workflows may approve pull requests')
    if (faults.length > 0) return fail(`${organization}: ${faults.join('; ')}`)
    if (allowedActions === null) return unknown('invalid', 'GitHub did not say which actions are allowed')
    return pass(`${organization}: allowed actions are "${allowedActions}", and the token of workflows reads`)
  },
})
