import { z } from 'affiant/sdk'

/** Somebody a policy names. People stand in `user` alone, which streams pseudonymise. */
export const PolicyPrincipal = z.strictObject({
  /**
   * `everyone` is `*`; `account` a whole account; `identity` something else of an account, such as a deleted user's id;
   * `federated` an identity provider.
   */
  kind: z.enum(['everyone', 'account', 'role', 'user', 'service', 'federated', 'canonical-user', 'identity']),
  /** Account id, where the principal tells it. */
  account: z.string().nullable(),
  /** ARN of a role or provider, or a service's name (`lambda.amazonaws.com`). */
  value: z.string().nullable(),
  /** Name of an IAM user. */
  user: z.string().nullable(),
})
export type PolicyPrincipal = z.output<typeof PolicyPrincipal>

const ARN = /^arn:[^:]*:(?:iam|sts)::(\d{12}|\*|):(.+)$/

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export function principalsOf(element: '*' | Readonly<Record<string, string | readonly string[]>>): PolicyPrincipal[] {
  if (element === '*') return [one('everyone')]
  return Object.entries(element).flatMap(([type, values]) => [values].flat().map((value) => principalOf(type, value)))
}

function principalOf(type: string, value: string): PolicyPrincipal {
  if (type === 'Service') return one('service', { value })
  if (type === 'Federated') return one('federated', { account: ARN.exec(value)?.[1] ?? null, value })
  if (type === 'CanonicalUser') return one('canonical-user')
  if (value === '*') return one('everyone')
  if (/^\d{12}$/.test(value)) return one('account', { account: value })
  const [, account = null, resource = ''] = ARN.exec(value) ?? []
  if (resource === 'root') return one('account', { account })
  if (resource.startsWith('user/')) return one('user', { account, user: resource.slice(resource.lastIndexOf('/') + 1) })
  if (resource.startsWith('role/')) return one('role', { account, value })
  if (resource.startsWith('assumed-role/')) return one('role', { account, value: withoutNames(value) })
  return one('identity', { account })
}

function one(kind: PolicyPrincipal['kind'], parts: Partial<PolicyPrincipal> = {}): PolicyPrincipal {
  return { kind, account: null, value: null, user: null, ...parts }
}

/** An ARN without the names of people: of users, their MFA devices, and sessions. Wildcards and variables stay. */
export function withoutNames(arn: string): string {
  return arn.replace(
    /^(arn:[^:]*:(?:iam|sts):[^:]*:[^:]*:(?:(?:user|mfa|sms-mfa|u2f|federated-user)\/|assumed-role\/[^/]+\/))(.+)$/,
    (_, resource: string, name: string) => resource + (name === '*' || name.includes('${') ? name : '[name]'),
  )
}
