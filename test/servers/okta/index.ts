/**
 * An emulated Okta management API over real HTTP, for the demo and for tests. Everything in it is demo data.
 *
 * Served, in Okta's shapes (typed by Okta's SDK): the org and its pipeline; users, factors, roles and groups of a user;
 * authenticators, and a Classic org's factors; groups with statistics, members, roles, rules; `iam/assignees/users`; API tokens; policies with rules;
 * apps with users, groups, features and grants; roles of a service app; zones; ThreatInsight; log streams; identity
 * providers; trusted origins; device assurances; Admin Console settings; the System Log; and the token endpoint, which
 * checks the signed assertion. Lists are paged with `after` cursors in `Link` headers, role assignments in
 * `_links.next`, the System Log with its own rules. Every answer has `X-Okta-Request-Id`, `Date` and the rate limit of its
 * bucket; above it, and above 75 requests at once, comes 429 E0000047. Users may be created and deleted while a client
 * pages.
 *
 * Gaps that remain, against the real service:
 * - nothing can be written; one org; one kind of API token (of a super admin) and one that is read-only;
 * - of admin roles only standard ones, not custom roles with resource sets; a role other than super admin hides role
 *   assignments, Okta's own apps with their policies, and Admin Console settings, and nothing else;
 * - a service app's access tokens are not bound to a key (DPoP);
 * - search and filter know eq, ne, sw, co, gt, ge, lt, le, pr, and, or, not, on every list that takes them, and every
 *   attribute; Okta refuses some;
 * - status and wording for features of Identity Engine in a Classic org (403 E0000015), for a factor list of a
 *   deprovisioned user (403 E0000038) and for automations (`type=USER_LIFECYCLE`) are ours: Okta documents none of them;
 * - rate limits are a window of a minute that starts with its first request; there is no warning event in the System Log.
 */
export { acmeApprovedAdmins, acmeIdentity, acmeLeavers, acmeServiceAccounts, mailOf } from './acme-identity.ts'
export { classicOkta } from './classic.ts'
export type { Fault } from './faults.ts'
export { largeOkta } from './large.ts'
export { BUCKETS } from './limits.ts'
export { READ_SCOPES } from './principal.ts'
export { type OktaServer, startOkta } from './server.ts'
export { tidyAdmins, tidyLeaver, tidyMachine, wellKeptOkta } from './well-kept.ts'
