import { about, checkAll, fail, notApplicable, pass, unknown, type Verdict, z } from 'affiant/sdk'
import { allow, policyExample, roleExample } from '../examples/identity.ts'
import { grantsEverything } from '../identity/iam-analysis.ts'
import { isAdministratorAccess } from '../identity/iam-rights.ts'
import { type AuthorizationRecord, authorizationDetails } from '../streams/iam-authorization-details.ts'
import { withinAccount } from '../within-account.ts'

const everything = [allow(['*'])]
const administrator = policyExample('AdministratorAccess', {
  arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  aws: true,
  statements: everything,
})
const admin = roleExample('break-glass', { attached: [administrator.arn] })

export const noFullAdministratorPolicies = checkAll(
  { identities: authorizationDetails },
  {
    id: 'aws.no-full-administrator-policies',
    revision: 1,
    title: 'No policy that is in use allows everything on everything',
    severity: 'high',
    rationale:
      'A policy with * on * also allows what nobody thought of. AdministratorAccess is for a few declared principals. (CIS 2.15, FSBP IAM.1)',
    remediation:
      'Replace the policy with one that names actions and resources; declare who may have AdministratorAccess in params.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      administratorUsers: z.array(z.string()).default([]).describe('IAM users who may have AdministratorAccess.'),
      administrators: z
        .array(z.string())
        .default([])
        .describe('Names of roles, groups and permission sets that may have AdministratorAccess.'),
    }),
    redactParams: { 'administratorUsers.*': 'pseudonym' },
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'No customer managed policy that is attached, and no inline policy, has a statement that allows * on *; policies of AWS that do are attached to declared principals only.',
      fail: 'A customer managed policy that is attached, or an inline policy, allows * on *; or a policy of AWS that does is attached to a principal that is not declared.',
    }),
    examples: {
      pass: { inputs: { identities: [admin, administrator] }, params: { administrators: ['break-glass'] } },
      fail: { inputs: { identities: [policyExample('too-much', { statements: everything })] } },
      'not-applicable': { inputs: { identities: [policyExample('left', { statements: everything, attachments: 0 })] } },
    },
    async *evaluate({ identities }, { params }) {
      const ofAws = new Set<string>()
      const listed = new Set<string>()
      for await (const { record } of identities.items()) {
        if (record.kind === 'policy') listed.add(record.arn)
        if (record.kind === 'policy' && record.aws && record.statements.some(grantsEverything)) ofAws.add(record.arn)
      }
      const users = new Set(params.administratorUsers)
      for await (const item of identities.items()) {
        const { record } = item
        const declared =
          record.kind === 'user' ? users.has(record.user) : params.administrators.includes(plainName(record.name))
        yield { ...about(item), ...judge(record, { ofAws, listed }, declared) }
      }
    },
  },
)

/** The permission set behind a role that IAM Identity Center made: `AWSReservedSSO_<name>_<16 hex digits>`. */
export function plainName(role: string): string {
  return /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(role)?.[1] ?? role
}

interface Known {
  /** ARNs of policies of AWS that allow everything. */
  ofAws: ReadonlySet<string>
  /** ARNs of every policy whose document is known. */
  listed: ReadonlySet<string>
}

function judge(record: AuthorizationRecord, { ofAws, listed }: Known, declared: boolean): Verdict {
  if (record.kind === 'policy') {
    if (record.aws) return notApplicable('policy-of-aws', 'judged at the principals it is attached to')
    if (record.attachments === 0) return notApplicable('not-attached')
    return record.statements.some(grantsEverything) ? fail('the policy allows * on *') : pass()
  }
  const inline = record.inline.filter(({ statements }) => statements.some(grantsEverything))
  if (inline.length > 0) return fail(`inline policy ${inline.map(({ name }) => name).join(', ')} allows * on *`)
  const attached = record.attached.filter((arn) => ofAws.has(arn) || isAdministratorAccess(arn))
  if (attached.length === 0) {
    const missing = record.attached.find((arn) => !listed.has(arn))
    return missing === undefined ? pass() : unknown('invalid', `AWS did not list ${missing}, which is attached`)
  }
  const detail = `${attached.join(', ')} is attached`
  return declared ? pass(`${detail}, as declared`) : fail(`${detail}, and the ${record.kind} is not declared`)
}
