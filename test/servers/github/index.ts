/**
 * An emulated GitHub REST API over real HTTP, for the demo and for tests: npm `emulate` with the routes it lacks served
 * in front of it. Everything in it is demo data.
 *
 * Served here, in GitHub's shapes: the authenticated user and their membership; of an installation whether it is for all
 * repositories, and the first of them; an organisation with its settings; its repositories, members (role and
 * second-factor filters), outside collaborators, teams with repositories and members, rulesets; of a repository its
 * collaborators, classic protection of the default branch, rules in force on a branch, rulesets with bypass actors,
 * CODEOWNERS and its errors. `emulate` serves the rest: app tokens from a signed JWT, one repository, its branches,
 * commits, contents. All lists are paged, with `link` headers by number as GitHub's are.
 *
 * Gaps that remain, against the real service:
 * - no GraphQL, audit log, actions permissions, deploy keys, alerts, environments, installations of an organisation;
 * - one organisation; nobody's team membership widens what their token may do, only ownership and base permission count;
 * - `GET /orgs/{org}/teams/{team}` and memberships of teams of the seed are unknown; child teams' repositories are not
 *   listed under the parent;
 * - without a token, organisation members answer 401 where GitHub lists the public members;
 * - status and wording with which someone who is not an owner is refused `outside_collaborators` are ours: GitHub
 *   documents neither;
 * - `x-accepted-oauth-scopes` is always empty; installation tokens do not expire; ids are small and start at fixed numbers;
 * - rulesets cover branches only, conditions other than include lists are not evaluated;
 * - contents and commits are those `emulate` makes (one commit, a README), except CODEOWNERS in `.github/`;
 * - one repository (`GET /repos/{owner}/{repo}`) always says that the caller is its administrator; in
 *   `GET …/branches/{branch}` the commit has only its sha and address, and required contexts are left out;
 * - writing through `emulate` does not change what is served here.
 */
export { acmeRobotics } from './acme-robotics.ts'
export type { Fault } from './faults.ts'
export { largeOrganization } from './large-organization.ts'
export type { GithubOptions, GithubServer } from './options.ts'
export { startGithub } from './server.ts'
export { acmeLabs } from './worlds/acme-labs.ts'
export { busyOrganization } from './worlds/busy-organization.ts'
export { QUARTER, QUARTER_COUNTS, QUARTER_OPTIONS, quarter, UNSEEN } from './worlds/quarter.ts'
