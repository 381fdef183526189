import type { Permission } from 'affiant/sdk'

/** Rights of the streams about security, Actions, keys, apps and the audit log; names as in `permissions.ts`. */
const page = 'https://docs.github.com/en/rest'

export const secretScanningAlerts: Permission = {
  name: 'secret_scanning_alerts:read',
  why: 'Lists the alerts of secret scanning; the secrets themselves are asked to be left out.',
  url: `${page}/secret-scanning/secret-scanning#list-secret-scanning-alerts-for-an-organization`,
}

export const dependabotAlerts: Permission = {
  name: 'vulnerability_alerts:read',
  why: 'Lists the alerts about vulnerable dependencies.',
  url: `${page}/dependabot/alerts#list-dependabot-alerts-for-an-organization`,
}

export const codeScanningAlerts: Permission = {
  name: 'security_events:read',
  why: 'Lists the alerts of code scanning, and when each tool last looked at the default branch.',
  url: `${page}/code-scanning/code-scanning#list-code-scanning-alerts-for-an-organization`,
}

export const securityAdministration: Permission = {
  name: 'administration:read',
  why: 'Shows whether dependencies and code are scanned, and the deploy keys, to administrators of the repository only.',
  url: `${page}/repos/repos#check-if-vulnerability-alerts-are-enabled-for-a-repository`,
}

export const actionsSettings: Permission = {
  name: 'organization_administration:read',
  why: 'Shows which actions may run and what their token may do, and which apps are installed.',
  url: `${page}/actions/permissions#get-github-actions-permissions-for-an-organization`,
}

export const runnerGroups: Permission = {
  name: 'organization_self_hosted_runners:read',
  why: 'Lists the groups of self-hosted runners and which repositories may use them.',
  url: `${page}/actions/self-hosted-runner-groups#list-self-hosted-runner-groups-for-an-organization`,
}

export const environments: Permission = {
  name: 'actions:read',
  why: 'Lists the deployment environments of a repository, who must approve, and from which branches.',
  url: `${page}/deployments/environments#list-environments`,
}

export const organizationHooks: Permission = {
  name: 'organization_hooks:read',
  why: 'Lists the webhooks of the organisation. Without it GitHub answers 404, as if there were none.',
  url: `${page}/orgs/webhooks#list-organization-webhooks`,
}

export const repositoryHooks: Permission = {
  name: 'repository_hooks:read',
  why: 'Lists the webhooks of a repository.',
  url: `${page}/repos/webhooks#list-repository-webhooks`,
}

export const accessTokens: Permission = {
  name: 'organization_personal_access_tokens:read',
  why: 'Lists the fine-grained tokens that reach the organisation. GitHub answers this to GitHub Apps only.',
  url: `${page}/orgs/personal-access-tokens#list-fine-grained-personal-access-tokens-with-access-to-organization-resources`,
}

export const auditLog: Permission = {
  name: 'organization_administration:read',
  why: 'The audit log of an organisation on Enterprise Cloud; a classic token needs `read:audit_log`.',
  url: 'https://docs.github.com/en/enterprise-cloud@latest/rest/orgs/orgs#get-the-audit-log-for-an-organization',
}
