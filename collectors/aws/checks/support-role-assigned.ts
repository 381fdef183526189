import { checkAll, fail, notApplicable, pass, z } from 'affiant/sdk'
import { roleExample } from '../examples/identity.ts'
import { authorizationDetails } from '../streams/iam-authorization-details.ts'
import { withinAccount } from '../within-account.ts'

const SUPPORT = /^arn:[^:]*:iam::aws:policy\/AWSSupportAccess$/
const supporter = roleExample('support', { attached: ['arn:aws:iam::aws:policy/AWSSupportAccess'] })

export const supportRoleAssigned = checkAll(
  { details: authorizationDetails },
  {
    id: 'aws.support-role-assigned',
    revision: 1,
    title: 'Somebody may deal with AWS Support without being an administrator',
    severity: 'low',
    rationale:
      'In an incident somebody has to open a case with the provider at once. Without a role for that, an administrator or the root user does it. (CIS 2.16)',
    remediation:
      'IAM, "Roles", "Create role" for those who handle incidents, and attach the managed policy AWSSupportAccess; or assign a permission set that has it.',
    params: z.strictObject({
      elsewhere: z
        .array(z.string())
        .default([])
        .describe('Ids of accounts whose cases are opened from another account.'),
    }),
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'A role, group or user of the account has the managed policy AWSSupportAccess.',
      fail: 'None has. Broader policies that allow it as well are not counted: they make an administrator of whoever has them.',
    }),
    examples: {
      pass: { inputs: { details: [supporter] } },
      fail: { inputs: { details: [roleExample('deploy')] } },
    },
    async *evaluate({ details }, { params: { elsewhere } }) {
      const accounts = new Map<string, { scope: string; holders: string[] }>()
      for await (const { record, scope, label } of details.items()) {
        const account = scope.split('/')[0] ?? scope
        const known = accounts.get(account) ?? { scope, holders: [] }
        accounts.set(account, known)
        if (record.kind !== 'policy' && record.attached.some((arn) => SUPPORT.test(arn))) known.holders.push(label)
      }
      for (const [account, { scope, holders }] of [...accounts].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const verdict = elsewhere.includes(account)
          ? notApplicable('elsewhere', 'cases are declared to be opened from another account')
          : holders.length > 0
            ? pass(`AWSSupportAccess is attached to ${holders.slice(0, 3).join(', ')}`)
            : fail('nobody has AWSSupportAccess')
        yield { subject: 'support', name: `Support of account ${account}`, scope, ...verdict }
      }
    },
  },
)
