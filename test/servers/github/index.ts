/**
 * An emulated GitHub over real HTTP, for the demo and for tests. Everything in it is demo data. REST answers are held to
 * GitHub's OpenAPI description (`schemas/rest.json`), and GraphQL is executed by graphql-js over GitHub's public schema, so
 * that a field which GitHub does not have cannot be asked for.
 *
 * Served here: what every check of the catalogue and the population of changes are read from (`rest/`, `graphql/`), for
 * one or several organisations; lists with `link` headers by number or by cursor; ETags, hourly and secondary limits, the
 * cost of GraphQL; rights by route as GitHub documents them; repositories that a token does not see; tokens that expire or
 * lack single sign-on; `/api/v3` and `/api/graphql` of an Enterprise Server. npm `emulate`, which nobody here wrote,
 * serves what is left: apps and their installations from a signed JWT.
 *
 * Gaps that remain, against the real service:
 * - a GraphQL field that is in GitHub's schema and not here is answered with 500 and its name, never with null;
 * - nobody's team membership widens what their token may do, only ownership and base permission count; child teams'
 *   repositories are not listed under the parent;
 * - without a token, organisation members answer 401 where GitHub lists the public members;
 * - wordings and statuses that GitHub does not document are ours: who is refused `outside_collaborators`; that GraphQL
 *   shows no protection rule, and null for bypass actors, to those who may not edit them; 404 for settings of owners;
 * - the audit log is not in GitHub's description of api.github.com, so its answers are held to nothing;
 * - on the free plan GraphQL shows the protection of private repositories, which REST refuses;
 * - `x-accepted-oauth-scopes` is always empty; ids are small and start at fixed numbers, or follow from names;
 * - rulesets cover branches only, conditions other than include lists are not evaluated, and they do not stop anybody:
 *   the seed says what was bypassed;
 * - histories have commits without files; the head of a pull request whose branch others merge into is fixed when it is
 *   opened; branches of merged pull requests are gone; there is no merge queue, no force push of a protected branch;
 * - a commit's deployments are one workflow run; issues are only numbers; checks are those of the last commit.
 */
export { acmeRobotics } from './acme-robotics.ts'
export type { Fault } from './faults.ts'
export { largeOrganization } from './large-organization.ts'
export type { GithubOptions, GithubServer } from './options.ts'
export { startGithub } from './server.ts'
export { acmeLabs } from './worlds/acme-labs.ts'
export { busyOrganization } from './worlds/busy-organization.ts'
export { QUARTER, QUARTER_COUNTS, QUARTER_OPTIONS, UNSEEN } from './worlds/quarter.ts'
