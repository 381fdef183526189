import type { Push } from '../history.ts'
import { actsAsOwner } from '../principal.ts'
import { ruleSuite, ruleSuiteDetail, suiteId } from '../shapes/rule-suites.ts'
import { isProtected } from '../shapes/branches.ts'
import { sees } from '../site.ts'
import { type Repository, rulesetsOn } from '../world.ts'
import { type Answer, type Call, inOrganization, inRepository, listOf, NOT_FOUND, ok, type Route } from './route.ts'

const HOUR_MS = 3_600_000
const PERIODS: Readonly<Record<string, number>> = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 }

interface Suite {
  repository: Repository
  push: Push
  place: number
}

/** Pushes to where rulesets are in force; classic protection makes no suites. */
function suitesOf(call: Call, repository: Repository): Suite[] {
  return call.site
    .history(repository)
    .pushes.map((push, place) => ({ repository, push, place }))
    .filter(
      ({ push }) =>
        push.result !== 'pass' ||
        (isProtected(repository, push.branch) && rulesetsOn(repository, push.branch).length > 0),
    )
}

/** Newest first. Unless asked for more, GitHub tells of the last day. */
function chosen({ query, site, world }: Call, suites: readonly Suite[]): Answer {
  const hours = PERIODS[query.get('time_period') ?? 'day'] ?? 24
  const [ref, actor, result, repository] = [
    query.get('ref'),
    query.get('actor_name'),
    query.get('rule_suite_result') ?? 'all',
    query.get('repository_name'),
  ]
  const list = suites.filter(
    ({ push, repository: { seed } }) =>
      Date.parse(push.at) > site.now() - hours * HOUR_MS &&
      (ref === null || ref === `refs/heads/${push.branch}` || ref === push.branch) &&
      (actor === null || actor === push.by) &&
      (result === 'all' || result === push.result) &&
      (repository === null || repository === seed.name),
  )
  const sorted = list.toSorted((a, b) => (a.push.at < b.push.at ? 1 : a.push.at > b.push.at ? -1 : b.place - a.place))
  return listOf(sorted, (one) => ruleSuite(world, one.repository, one.push, one.place))
}

function detail(call: Call, suites: readonly Suite[]): Answer {
  const found = suites.find(({ repository, place }) => String(suiteId(repository, place)) === call.params.id)
  return found ? ok(ruleSuiteDetail(call.world, found.repository, found.push, found.place)) : NOT_FOUND
}

const everywhere = (call: Call) =>
  [...call.world.repositories.values()]
    .filter((repository) => sees(call.world, call.principal, repository))
    .flatMap((repository) => suitesOf(call, repository))

/** For those who may change rulesets: https://docs.github.com/en/rest/orgs/rule-suites */
const edits = (answer: (call: Call, suites: readonly Suite[]) => Answer) =>
  inOrganization((call) =>
    call.world.seed.plan !== 'free' && actsAsOwner(call.principal, 'organization_administration=write', 'admin:org')
      ? answer(call, everywhere(call))
      : NOT_FOUND,
  )
const editsIn = (answer: (call: Call, suites: readonly Suite[]) => Answer) =>
  inRepository((call, repository) =>
    actsAsOwner(call.principal, 'administration=write', 'repo') ? answer(call, suitesOf(call, repository)) : NOT_FOUND,
  )

/** Before the routes of rulesets by number. */
export const ruleSuites: readonly Route[] = [
  { path: '/orgs/:org/rulesets/rule-suites', right: 'organization_administration=write', answer: edits(chosen) },
  { path: '/orgs/:org/rulesets/rule-suites/:id', right: 'organization_administration=write', answer: edits(detail) },
  { path: '/repos/:owner/:repo/rulesets/rule-suites', right: 'administration=write', answer: editsIn(chosen) },
  { path: '/repos/:owner/:repo/rulesets/rule-suites/:id', right: 'administration=write', answer: editsIn(detail) },
]
