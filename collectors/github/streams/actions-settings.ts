import { defineStream, onlyPage, quoted, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { actionsSettings as permission } from '../security/permissions.ts'
import type { Session } from '../session.ts'

export const ActionsSettingsRecord = z.strictObject({
  organization: z.string(),
  /** In which repositories Actions runs: `all`, `selected`, `none`. */
  enabledRepositories: z.string(),
  /** Which actions may be used: `all`, `local_only`, `selected`. `null`: not told, as where Actions is off. */
  allowedActions: z.string().nullable(),
  /** With `selected`: which those are. */
  selected: z
    .strictObject({ githubOwned: z.boolean(), verified: z.boolean(), patterns: z.array(z.string()) })
    .nullable(),
  /** Whether actions must be named by a full commit. `null`: not known to the server. */
  shaPinningRequired: z.boolean().nullable(),
  /** What the token of a workflow may do unless the workflow says otherwise: `read` or `write`. */
  defaultWorkflowPermissions: z.string(),
  /** Whether workflows may create and approve pull requests. */
  canApprovePullRequests: z.boolean(),
})
export type ActionsSettingsRecord = z.output<typeof ActionsSettingsRecord>

/** https://docs.github.com/en/rest/actions/permissions */
const PermissionsAnswer = z.object({
  enabled_repositories: z.string(),
  allowed_actions: told(z.string()),
  sha_pinning_required: told(z.boolean()),
})
const WorkflowAnswer = z.object({
  default_workflow_permissions: z.string(),
  can_approve_pull_request_reviews: z.boolean(),
})
const SelectedAnswer = z.object({
  github_owned_allowed: told(z.boolean()),
  verified_allowed: told(z.boolean()),
  patterns_allowed: told(z.array(z.string())),
})

/** Repositories can only be stricter than their organisation, so its settings are what holds everywhere. */
export const actionsSettings = defineStream({
  id: 'github.actions-settings',
  version: 1,
  title: 'What GitHub Actions may run, and what its token may do',
  record: ActionsSettingsRecord,
  key: ({ organization }) => organization,
  permissions: [permission],
  reproduce: (scope) =>
    `gh api ${quoted(`/orgs/${scope.id}/actions/permissions`)} && gh api ${quoted(`/orgs/${scope.id}/actions/permissions/workflow`)}`,
  async *collect(session: Session, scope) {
    const { client, organization: org } = session.in(scope)
    const options = { permission: permission.name }
    const [permissions, workflow] = await Promise.all([
      client.get('/orgs/{org}/actions/permissions', { org }, PermissionsAnswer, options),
      client.get('/orgs/{org}/actions/permissions/workflow', { org }, WorkflowAnswer, options),
    ])
    const selected =
      permissions.allowed_actions === 'selected'
        ? await client.get('/orgs/{org}/actions/permissions/selected-actions', { org }, SelectedAnswer, options)
        : null
    yield onlyPage([
      {
        organization: org,
        enabledRepositories: permissions.enabled_repositories,
        allowedActions: permissions.allowed_actions,
        selected: selected && {
          githubOwned: selected.github_owned_allowed ?? false,
          verified: selected.verified_allowed ?? false,
          patterns: (selected.patterns_allowed ?? []).toSorted(),
        },
        shaPinningRequired: permissions.sha_pinning_required,
        defaultWorkflowPermissions: workflow.default_workflow_permissions,
        canApprovePullRequests: workflow.can_approve_pull_request_reviews,
      } satisfies ActionsSettingsRecord,
    ])
  },
})
