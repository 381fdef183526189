import { actorOf } from '../actors.ts'
import { type Push, rulesetsOfPush } from '../history.ts'
import type { Repository, World } from '../world.ts'

/** In the order of pushes; GitHub numbers them through. */
export const suiteId = (repo: Repository, place: number) => repo.id * 10_000 + place

/** GitHub writes these times with an offset, unlike the others: here that of Denver in summer. */
function withOffset(at: string): string {
  const shifted = new Date(Date.parse(at) - 6 * 3_600_000).toISOString().replace(/\.\d+Z$/, '')
  return `${shifted}-06:00`
}

export function ruleSuite(world: World, repo: Repository, push: Push, place: number) {
  return {
    id: suiteId(repo, place),
    actor_id: actorOf(world, push.by).id,
    actor_name: push.by,
    before_sha: push.before,
    after_sha: push.after ?? push.before,
    ref: `refs/heads/${push.branch}`,
    repository_id: repo.id,
    repository_name: repo.seed.name,
    pushed_at: withOffset(push.at),
    result: push.result,
    evaluation_result: push.result === 'bypass' ? 'fail' : push.result,
  }
}

/** One suite, with what each rule said. */
export function ruleSuiteDetail(world: World, repo: Repository, push: Push, place: number) {
  const evaluations = rulesetsOfPush(repo, push).flatMap((ruleset) =>
    ruleset.seed.rules.map(({ type }) => ({
      rule_source: { type: 'ruleset', id: ruleset.id, name: ruleset.seed.name },
      enforcement: 'active',
      result: push.broken.includes(type) ? 'fail' : 'pass',
      rule_type: type,
      ...(push.broken.includes(type) && { details: 'Demo data.' }),
    })),
  )
  return { ...ruleSuite(world, repo, push, place), rule_evaluations: evaluations }
}
