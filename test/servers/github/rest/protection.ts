import { actsAsOwner } from '../principal.ts'
import * as shapes from '../shapes.ts'
import { administers } from '../site.ts'
import type { Repository } from '../world.ts'
import {
  type Answer,
  type Call,
  inOrganization,
  inRepository,
  isUnpaid,
  listOf,
  NOT_FOUND,
  ok,
  refusal,
  type Route,
  UPGRADE,
} from './route.ts'

function classic(call: Call, repository: Repository): Answer {
  if (!administers(call.world, call.principal)) return NOT_FOUND
  if (isUnpaid(call, repository)) return refusal(403, UPGRADE)
  const branch = call.params.branch ?? ''
  if (repository.seed.empty || !call.site.history(repository).branches.has(branch)) {
    return refusal(404, 'Branch not found')
  }
  const rule = branch === repository.defaultBranch ? repository.seed.classic : undefined
  return rule
    ? ok(shapes.branchProtection(call.base, call.world, repository, branch, rule))
    : refusal(404, 'Branch not protected')
}

function rulesets(call: Call, repository: Repository): Answer {
  if (isUnpaid(call, repository)) return refusal(403, UPGRADE)
  const parents = call.query.get('includes_parents') !== 'false'
  const list = repository.rulesets.filter(({ level }) => parents || level === 'Repository')
  return listOf(list, (one) => shapes.rulesetItem(call.base, one))
}

const editsRulesets = (call: Call) => actsAsOwner(call.principal, 'administration=write', 'repo')
const editsOrganization = (call: Call) => actsAsOwner(call.principal, 'organization_administration=write', 'admin:org')

function ruleset(call: Call, repository: Repository): Answer {
  if (isUnpaid(call, repository)) return refusal(403, UPGRADE)
  const found = repository.rulesets.find(({ id }) => String(id) === call.params.id)
  return found ? ok(shapes.rulesetDetail(call.base, found, editsRulesets(call))) : NOT_FOUND
}

function organizationRuleset(call: Call): Answer {
  const found = call.world.rulesets.find(({ id }) => String(id) === call.params.id)
  return found ? ok(shapes.rulesetDetail(call.base, found, editsOrganization(call))) : NOT_FOUND
}

export const protection: readonly Route[] = [
  {
    path: '/orgs/:org/rulesets',
    right: 'organization_administration=write',
    answer: inOrganization((call) => listOf(call.world.rulesets, (one) => shapes.rulesetItem(call.base, one))),
  },
  {
    path: '/orgs/:org/rulesets/:id',
    right: 'organization_administration=write',
    answer: inOrganization(organizationRuleset),
  },
  {
    path: '/repos/:owner/:repo/branches/:branch/protection',
    right: 'administration=read',
    answer: inRepository(classic),
  },
  {
    path: '/repos/:owner/:repo/rules/branches/:branch',
    right: 'metadata=read',
    open: true,
    answer: inRepository((call, repository) =>
      isUnpaid(call, repository)
        ? refusal(403, UPGRADE)
        : { list: shapes.branchRules(repository, call.params.branch ?? '') },
    ),
  },
  { path: '/repos/:owner/:repo/rulesets', right: 'metadata=read', open: true, answer: inRepository(rulesets) },
  { path: '/repos/:owner/:repo/rulesets/:id', right: 'metadata=read', open: true, answer: inRepository(ruleset) },
]
