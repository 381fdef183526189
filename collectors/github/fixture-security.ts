import type { Answer } from 'affiant/testing'

/** What the invented organisation of `fixture.ts` answers about security, Actions, keys, apps and its audit log. */
const person = (login: string) => ({ login, id: 9, type: 'User', site_admin: false })
const one = (body: unknown): Answer => ({ body })
const rightsByName = (body: unknown): Answer => ({ body, fieldsAreData: true })
const AT = '2026-01-02T03:04:05Z'
const api = { full_name: 'acme/api' }

const alerts: Record<string, Answer> = {
  '/orgs/acme/secret-scanning/alerts?hide_secret=true': one([
    {
      number: 1,
      created_at: AT,
      repository: api,
      secret_type: 'aws_access_key_id',
      state: 'resolved',
      resolved_at: '2999-01-02T03:04:05Z',
      resolution: 'revoked',
      resolved_by: person('octo-closer'),
      validity: 'inactive',
      publicly_leaked: false,
      push_protection_bypassed: false,
    },
  ]),
  '/orgs/acme/dependabot/alerts': one([
    {
      number: 2,
      created_at: AT,
      repository: api,
      state: 'dismissed',
      dependency: { manifest_path: 'package-lock.json', scope: 'runtime' },
      security_advisory: { ghsa_id: 'GHSA-aaaa-bbbb-cccc', cve_id: null },
      security_vulnerability: { package: { ecosystem: 'npm', name: 'log-writer' }, severity: 'high' },
      fixed_at: null,
      dismissed_at: '2999-01-02T03:04:05Z',
      auto_dismissed_at: null,
      dismissed_reason: 'not_used',
      dismissed_by: person('octo-closer'),
      dismissed_comment: null,
    },
  ]),
  '/orgs/acme/code-scanning/alerts': one([
    {
      number: 3,
      created_at: AT,
      repository: api,
      state: 'open',
      rule: { id: 'js/sql-injection', security_severity_level: 'high' },
      tool: { name: 'CodeQL' },
      fixed_at: null,
      dismissed_at: null,
      dismissed_reason: null,
      dismissed_by: null,
      dismissed_comment: null,
    },
  ]),
}

const off: Answer = { status: 404, body: { message: 'Vulnerability alerts are disabled.' }, mayBeAbsent: true }

const inRepositories: Record<string, Answer> = {
  '/repos/acme/api/vulnerability-alerts': { status: 204 },
  '/repos/acme/web/vulnerability-alerts': off,
  '/repos/acme/api/code-scanning/analyses': one([{ created_at: AT, error: '', tool: { name: 'CodeQL' } }]),
  '/repos/acme/web/code-scanning/analyses': { status: 404, body: { message: 'no analysis found' } },
  '/repos/acme/web/branches/main': one({ name: 'main' }),
  '/repos/acme/web/code-scanning/default-setup': one({
    state: 'not-configured',
    languages: ['python'],
    updated_at: null,
  }),
  '/repos/acme/api/environments': one({
    total_count: 1,
    environments: [
      {
        name: 'production',
        can_admins_bypass: false,
        protection_rules: [
          {
            type: 'required_reviewers',
            prevent_self_review: true,
            reviewers: [{ type: 'Team', reviewer: { slug: 'platform' } }],
          },
        ],
        deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      },
    ],
  }),
  '/repos/acme/api/environments/production/deployment-branch-policies': one({
    total_count: 1,
    branch_policies: [{ name: 'main' }],
  }),
  '/repos/acme/web/environments': one({ total_count: 0, environments: [] }),
  '/repos/acme/api/keys': one([
    { id: 8, title: 'flux', read_only: true, created_at: AT, last_used: null, added_by: 'octo-keeper' },
  ]),
  '/repos/acme/web/keys': one([]),
  '/repos/acme/api/hooks': one([
    {
      id: 9,
      active: true,
      events: ['push'],
      config: { url: 'https://ci.example.com/hook?key=made-up', insecure_ssl: '0', secret: '********' },
    },
  ]),
  '/repos/acme/web/hooks': one([]),
}

const inOrganization: Record<string, Answer> = {
  '/orgs/acme/actions/permissions': one({
    enabled_repositories: 'all',
    allowed_actions: 'selected',
    sha_pinning_required: true,
  }),
  '/orgs/acme/actions/permissions/workflow': one({
    default_workflow_permissions: 'read',
    can_approve_pull_request_reviews: false,
  }),
  '/orgs/acme/actions/permissions/selected-actions': {
    // Older servers leave out what they do not know.
    mayBeBlank: true,
    body: { github_owned_allowed: true, verified_allowed: false, patterns_allowed: ['acme/*'] },
  },
  '/orgs/acme/actions/runner-groups': one({
    total_count: 1,
    runner_groups: [{ id: 1, name: 'Default', visibility: 'all', default: true, allows_public_repositories: false }],
  }),
  '/orgs/acme/actions/runner-groups/1/runners': one({ total_count: 2, runners: [] }),
  '/orgs/acme/hooks': one([
    { id: 4, active: true, events: ['*'], config: { url: 'https://siem.example.com/', insecure_ssl: '0' } },
  ]),
  '/orgs/acme/installations': rightsByName({
    total_count: 1,
    installations: [
      {
        id: 930001,
        app_id: 1201,
        app_slug: 'build-relay',
        repository_selection: 'all',
        permissions: { contents: 'read', metadata: 'read' },
        events: [],
        created_at: AT,
        suspended_at: null,
      },
    ],
  }),
  '/orgs/acme/personal-access-tokens': rightsByName([
    {
      id: 25381,
      owner: person('octo-token'),
      repository_selection: 'subset',
      permissions: { repository: { contents: 'read' } },
      access_granted_at: AT,
      token_expired: false,
      token_expires_at: '2026-04-02T03:04:05Z',
      token_last_used_at: null,
    },
  ]),
  '/orgs/acme/audit-log?order=asc': one([
    {
      _document_id: 'AE_1',
      '@timestamp': Date.parse(AT),
      action: 'org.add_member',
      actor: 'octo-token',
      user: 'octo-keeper',
      repo: null,
      team: null,
    },
  ]),
}

export const securityRoutes: Record<string, Answer> = { ...alerts, ...inRepositories, ...inOrganization }

export const securityRecords = {
  'github.secret-scanning-alerts': 1,
  'github.dependency-scanning': 2,
  'github.dependabot-alerts': 1,
  'github.code-scanning-setup': 2,
  'github.code-scanning-alerts': 1,
  'github.actions-settings': 1,
  'github.runner-groups': 1,
  'github.environments': 2,
  'github.deploy-keys': 2,
  'github.webhooks': 3,
  'github.app-installations': 1,
  'github.access-tokens': 1,
  'github.audit-log': 1,
  'github.security-policies': 2,
}

export const securityPeople = ['octo-closer', 'octo-keeper', 'octo-token']
