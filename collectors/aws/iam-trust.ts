import type { PolicyStatement } from './iam-policy.ts'
import type { PolicyPrincipal } from './iam-principal.ts'

/** What a trust policy is judged by. */
export interface TrustBounds {
  /** Account of the role. */
  account: string
  /** Accounts that are one's own or declared as trusted. */
  known: ReadonlySet<string>
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
      return isLimited(statement, ORGANISATION) ? undefined : 'it trusts everybody (*)'
    case 'service':
      if (!bounds.boundServices.has(value ?? '') || isLimited(statement, SOURCE)) return undefined
      return `${value} may act here for anybody: no condition on aws:SourceArn or aws:SourceAccount`
    case 'federated':
      return isOpenGithub(principal, statement)
        ? 'any repository of GitHub may take it on: no condition on :sub'
        : undefined
    case 'canonical-user':
      return undefined
    case 'account':
    case 'role':
    case 'user':
    case 'identity':
      // A deleted user or role stands there as a bare id, which nobody can use.
      if (account === null || account === bounds.account || bounds.known.has(account)) return undefined
      if (isLimited(statement, [EXTERNAL_ID, ...ORGANISATION])) return undefined
      return `it trusts account ${account}, which is not of the organisation, without an external id`
  }
}

/** Any positive condition on one of these keys that leaves some value out. */
function isLimited({ conditions }: PolicyStatement, keys: readonly string[]): boolean {
  return conditions.some(
    ({ operator, key, values }) =>
      keys.includes(key) && isPositive(operator) && (values === null || !values.some((value) => /^\*+$/.test(value))),
  )
}

/** With `IfExists` a request without the key passes, and `Null` asks for no value at all. */
function isPositive(operator: string): boolean {
  return /^(?:ForAnyValue:)?(?:String|Arn)(?:Equals|Like)(?:IgnoreCase)?$/i.test(operator)
}

function isOpenGithub({ value }: PolicyPrincipal, statement: PolicyStatement): boolean {
  const isGithub = value?.endsWith(':oidc-provider/token.actions.githubusercontent.com') === true
  return isGithub && !isLimited(statement, ['token.actions.githubusercontent.com:sub'])
}
