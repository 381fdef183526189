import { alertNode } from './alerts.ts'
import { commitNode, rollupNode } from './commits.ts'
import type { Makers } from './context.ts'
import { deploymentNode, environmentNode, workflowRunNode } from './deployments.ts'
import { organizationNode } from './organization.ts'
import { actorNode, gitActorNode, personNode, teamNode } from './people.ts'
import { branchProtectionNode, ruleNode, rulesetNode } from './protection.ts'
import { pullNode } from './pulls.ts'
import { refNode } from './refs.ts'
import { repositoryNode } from './repository.ts'

export const make: Makers = {
  actor: actorNode,
  gitActor: gitActorNode,
  person: personNode,
  team: teamNode,
  organization: organizationNode,
  repository: repositoryNode,
  ref: refNode,
  commit: commitNode,
  rollup: rollupNode,
  pull: pullNode,
  deployment: deploymentNode,
  workflowRun: workflowRunNode,
  environment: environmentNode,
  alert: alertNode,
  branchProtection: branchProtectionNode,
  ruleset: rulesetNode,
  rule: ruleNode,
}
