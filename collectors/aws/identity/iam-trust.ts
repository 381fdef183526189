import type { PolicyStatement } from './iam-policy.ts'
import type { PolicyPrincipal } from './iam-principal.ts'
import { isLimitedBy } from './policy-limits.ts'

/** What a trust policy is judged by. */
export interface TrustBounds {
  /** Account of the role. */
  account: string
  /** Accounts that are one's own or declared as trusted. */
  known: Pick<ReadonlySet<string>, 'has'>
  /** Services that can be told for whose resource they act; of others it is not asked. */
  boundServices: ReadonlySet<string>
}

const EXTERNAL_ID = 'sts:externalid'
/** Conditions that say from which organisation or account a principal must be. */
const ORGANISATION = ['aws:principalorgid', 'aws:principalorgpaths', 'aws:principalaccount', 'aws:principalarn']
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention */
const SOURCE = ['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths', 'aws:sourceowner']

/** What is wrong with who may take on a role, one sentence each; none if it is bounded. */
export function trustFaults(statements: readonly PolicyStatement[], bounds: TrustBounds): string[] {
  const faults = new Set<string>()
  for (const statement of statements) {
    if (statement.effect !== 'Allow') continue
    if (statement.notPrincipals !== null) faults.add('it trusts everybody but those it names')
    for (const principal of statement.principals ?? []) {
      const fault = faultOf(principal, statement, bounds)
      if (fault !== undefined) faults.add(fault)
    }
  }
  return [...faults]
}

function faultOf(principal: PolicyPrincipal, statement: PolicyStatement, bounds: TrustBounds): string | undefined {
  const { kind, account, value } = principal
  switch (kind) {
    case 'everyone':
      return isLimitedBy(statement, ORGANISATION) ? undefined : 'it trusts everybody (*)'
    case 'service':
      if (!bounds.boundServices.has(value ?? '') || isLimitedBy(statement, SOURCE)) return undefined
      return `${value} may act here for anybody: no condition on aws:SourceArn or aws:SourceAccount`
    case 'federated':
      return openProvider(principal, statement)
    case 'canonical-user':
      return undefined
    case 'account':
    case 'role':
    case 'user':
    case 'identity':
      // A deleted user or role stands there as a bare id, which nobody can use.
      if (account === null || account === bounds.account || bounds.known.has(account)) return undefined
      if (isLimitedBy(statement, [EXTERNAL_ID, ...ORGANISATION])) return undefined
      return `it trusts account ${account}, which is not of the organisation, without an external id`
  }
}

/**
 * Identity providers of everybody, each with the keys of which one tells whose it is. Anyone can be a user of them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 */
const PUBLIC: Readonly<Record<string, readonly string[]>> = {
  'token.actions.githubusercontent.com': ['sub'],
  'gitlab.com': ['sub'],
  'app.terraform.io': ['sub'],
  'cognito-identity.amazonaws.com': ['aud'],
  'accounts.google.com': ['aud', 'oaud', 'sub'],
  'graph.facebook.com': ['app_id'],
  'www.amazon.com': ['app_id'],
}

function openProvider({ value }: PolicyPrincipal, statement: PolicyStatement): string | undefined {
  const host = value?.replace(/^.*:oidc-provider\//, '') ?? ''
  const keys = PUBLIC[host]
  if (
    keys === undefined ||
    isLimitedBy(
      statement,
      keys.map((key) => `${host}:${key}`),
    )
  )
    return undefined
  if (host.startsWith('token.actions.'))
    return 'any repository of GitHub may take it on: no condition on :sub that names whose'
  return `anybody whom ${host} knows may take it on: no condition on ${keys.map((key) => `:${key}`).join(' or ')}`
}
