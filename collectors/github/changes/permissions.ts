import type { Permission } from 'affiant/sdk'

/** Rights that the change population, deployments and rule suites are read with; names as in `permissions.ts`. */
const page = 'https://docs.github.com/en/rest'

export const history: Permission = {
  name: 'contents:read',
  why: 'Lists the commits of a branch and its pushes, which the pull requests are compared with.',
  url: `${page}/commits/commits#list-commits`,
}

export const pullRequests: Permission = {
  name: 'pull_requests:read',
  why: 'Lists merged pull requests with their reviews.',
  url: `${page}/pulls/pulls#list-pull-requests`,
}

export const checkRuns: Permission = {
  name: 'checks:read',
  why: 'Shows how the required checks ended on what was merged.',
  url: `${page}/checks/runs#list-check-runs-for-a-git-reference`,
}

export const commitStatuses: Permission = {
  name: 'statuses:read',
  why: 'Shows how required checks ended that report commit statuses.',
  url: `${page}/commits/statuses#get-the-combined-status-for-a-specific-reference`,
}

export const linkedIssues: Permission = {
  name: 'issues:read',
  why: 'Shows which issues a pull request closes; without it those of private repositories are left out.',
  url: `${page}/issues/issues#list-repository-issues`,
}

export const deploymentList: Permission = {
  name: 'deployments:read',
  why: 'Lists deployments and how they ended.',
  url: `${page}/deployments/deployments#list-deployments`,
}

export const workflowRuns: Permission = {
  name: 'actions:read',
  why: 'Shows who let a workflow run deploy into an environment that asks for it.',
  url: `${page}/actions/workflow-runs#get-the-review-history-for-a-workflow-run`,
}

/** GitHub shows them to those only who may change rulesets; nothing here asks for that right as such. */
export const ruleSuiteAccess: Permission = {
  name: 'organization owner, or an app that may write organization administration',
  why: 'GitHub tells who went past a ruleset only to those who may change rulesets.',
  url: `${page}/orgs/rule-suites#list-organization-rule-suites`,
}
