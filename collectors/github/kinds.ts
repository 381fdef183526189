import type { Organization } from './session.ts'

/**
 * Kinds of scope, for `appliesTo` of a stream: what of an organisation there is to read depends on its plan and on who asks.
 * The audit log is part of Enterprise Cloud, and of Enterprise Server, which tells no plan:
 * https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization. Fine-grained tokens
 * are listed to apps only: https://docs.github.com/en/rest/orgs/personal-access-tokens
 */
const TEAM = 'organization'
const TEAM_BY_APP = 'organization-by-app'
const ENTERPRISE = 'enterprise'
const ENTERPRISE_BY_APP = 'enterprise-by-app'
/** Bypasses of rulesets are shown to those only who may change rulesets, so config says whether to ask: `changes.bypasses`. */
const bypasses = <Kind extends string>(kind: Kind) => `${kind}-with-bypasses` as const

export const WITH_AUDIT_LOG = [
  ENTERPRISE,
  ENTERPRISE_BY_APP,
  bypasses(ENTERPRISE),
  bypasses(ENTERPRISE_BY_APP),
] as const
export const BY_APP = [TEAM_BY_APP, ENTERPRISE_BY_APP, bypasses(TEAM_BY_APP), bypasses(ENTERPRISE_BY_APP)] as const
export const WITH_BYPASSES = [
  bypasses(TEAM),
  bypasses(TEAM_BY_APP),
  bypasses(ENTERPRISE),
  bypasses(ENTERPRISE_BY_APP),
] as const
/** Of an organisation that could not be opened: every stream applies, and fails. */
export const EVERYTHING = bypasses(ENTERPRISE_BY_APP)

/** Plans that are known to have no audit log to read. One that is not known is tried. */
const SMALL_PLANS = new Set(['free', 'team'])

export const hasAuditLog = (plan: string | null): boolean => plan === null || !SMALL_PLANS.has(plan)

export function kindOf(organization: Pick<Organization, 'plan' | 'principal' | 'bypasses'>): string {
  const kind = kindByPlan(organization)
  return organization.bypasses ? bypasses(kind) : kind
}

function kindByPlan({ plan, principal }: Pick<Organization, 'plan' | 'principal'>) {
  if (hasAuditLog(plan)) return principal.kind === 'app' ? ENTERPRISE_BY_APP : ENTERPRISE
  return principal.kind === 'app' ? TEAM_BY_APP : TEAM
}
