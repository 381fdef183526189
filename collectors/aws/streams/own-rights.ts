import { defineStream, InvalidError, onlyPage, z } from 'affiant/sdk'
import { FORBIDDEN_ACTIONS } from '../forbidden-actions.ts'
import { getRole, simulate } from '../organization/permissions.ts'
import { listAll } from '../paging.ts'
import { ACCOUNT, type Place, type Session } from '../session.ts'

export const OwnRightsRecord = z.strictObject({
  account: z.string(),
  /** `role` or `user`; `root`: the root user, which nothing restrains. */
  kind: z.enum(['role', 'user', 'root']),
  /** ARN of the role; a user's name is a person's, and is left out. */
  role: z.string().nullable(),
  /** What was asked of the simulator, and what it would decide: `allowed`, `implicitDeny` or `explicitDeny`. */
  decisions: z.array(z.strictObject({ action: z.string(), decision: z.string() })),
})
export type OwnRightsRecord = z.output<typeof OwnRightsRecord>

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
export const ownRights = defineStream({
  id: 'aws.own-rights',
  version: 1,
  title: 'What the credentials of this source could do in an account, by the simulator of IAM',
  record: OwnRightsRecord,
  key: (record) => record.account,
  label: (record) => `account ${record.account}`,
  permissions: [simulate, getRole],
  appliesTo: [ACCOUNT],
  reproduce: () =>
    `aws iam simulate-principal-policy --policy-source-arn <role> --action-names ${FORBIDDEN_ACTIONS.slice(0, 3).join(' ')} …`,
  async *collect(session: Session, scope) {
    const at = await session.in(scope)
    const arn = await principalIn(session, at)
    const kind = arn.endsWith(':root') ? 'root' : arn.includes(':user/') ? 'user' : 'role'
    // The root user cannot be simulated: it is allowed everything.
    const decisions =
      kind === 'root'
        ? FORBIDDEN_ACTIONS.map((action) => ({ action, decision: 'allowed' }))
        : await decisionsOn(at, arn)
    yield onlyPage([{ account: at.account, kind, role: kind === 'role' ? arn : null, decisions }])
  },
})

/** ARN of who reads this account, with the path that an assumed role's own ARN leaves out. */
async function principalIn({ accounts, home }: Session, at: Place): Promise<string> {
  const own = accounts.get(at.account)?.role ?? home.arn
  const [, name] = /:role\/(?:.*\/)?([^/]+)$/.exec(own) ?? []
  if (name === undefined) return own
  const { Role } = await at.call('iam', 'GetRole', { RoleName: name })
  if (Role?.Arn === undefined) throw new InvalidError('iam:GetRole: AWS did not say the name of the role')
  return Role.Arn
}

async function decisionsOn(at: Place, arn: string) {
  const results = await listAll(
    (Marker) =>
      at.call('iam', 'SimulatePrincipalPolicy', {
        PolicySourceArn: arn,
        ActionNames: [...FORBIDDEN_ACTIONS],
        MaxItems: 1000,
        Marker,
      }),
    (answer) => ({ items: answer.EvaluationResults, next: answer.IsTruncated ? answer.Marker : undefined }),
  )
  const decisions = new Map(results.map((one) => [one.EvalActionName?.toLowerCase(), one.EvalDecision]))
  return FORBIDDEN_ACTIONS.map((action) => {
    const decision = decisions.get(action.toLowerCase())
    if (decision === undefined) throw new InvalidError(`iam:SimulatePrincipalPolicy: AWS did not decide on ${action}`)
    return { action, decision }
  })
}
