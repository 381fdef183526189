import {
  blockDeletion,
  blockForcePushes,
  type ClassicProtectionSeed,
  type OrganizationSeed,
  pullRequestRule,
  type RulesetSeed,
  statusChecksRule,
  unknownOwner,
} from './seed.ts'
import { acmeChanges } from './worlds/acme-changes.ts'
import { acmeSecurity, acmeSettings } from './worlds/acme-security.ts'
import { daysAgo } from './worlds/days.ts'

/** GitHub's built-in repository role "admin" as a bypass actor. */
const REPOSITORY_ADMINS = { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' } as const
const RELEASE_BOT = { actor_id: 910_002, actor_type: 'Integration', bypass_mode: 'always' } as const

/** Everything that is asked of a default branch, as a ruleset. */
const strictRuleset: RulesetSeed = {
  name: 'default branch',
  rules: [
    pullRequestRule({ count: 2, dismissStale: true, codeOwners: true, lastPushApproval: true }),
    statusChecksRule(['build', 'security-scan']),
    blockForcePushes,
    blockDeletion,
  ],
}

/** The same as a classic rule. */
const strictClassic: ClassicProtectionSeed = {
  reviews: { count: 2, dismissStale: true, codeOwners: true, lastPushApproval: true },
  statusChecks: { contexts: ['build', 'security-scan'], strict: true },
  enforceAdmins: true,
}

const settled: OrganizationSeed = {
  login: 'acme-robotics',
  id: 90_000_001,
  name: 'Acme Robotics (demo data)',
  plan: 'team',
  settings: {
    twoFactorRequired: false, // bad: two members go without
    basePermission: 'read',
    membersCanCreatePublicRepositories: true, // bad
    membersCanDeleteRepositories: false,
    membersCanChangeVisibility: false,
    membersCanInviteOutsideCollaborators: false,
    membersCanForkPrivateRepositories: false,
  },
  members: [
    { login: 'amber-otter', role: 'owner' },
    { login: 'blue-heron', role: 'owner' },
    { login: 'copper-lynx', role: 'owner' },
    { login: 'dusky-falcon', role: 'owner' },
    { login: 'ember-fox', role: 'owner' },
    { login: 'frosty-badger', role: 'owner' }, // six owners: one more than the usual limit
    { login: 'golden-ibis' },
    { login: 'hazel-marten' },
    { login: 'indigo-crane' },
    { login: 'jade-tortoise' },
    { login: 'khaki-stoat' },
    { login: 'lilac-wombat', twoFactor: false }, // bad
    { login: 'maroon-puffin' },
    { login: 'navy-gecko' },
    { login: 'olive-raven' },
    { login: 'pearl-dolphin' },
    { login: 'quartz-beetle' },
    { login: 'russet-hare' },
    { login: 'silver-moth' },
    { login: 'teal-walrus', twoFactor: false }, // bad
    { login: 'umber-newt' },
    { login: 'violet-shrew' },
    { login: 'white-plover' },
    { login: 'xanthic-wasp' },
    { login: 'yellow-tapir' },
    { login: 'zinc-marmot' },
    { login: 'ashen-bison' },
    { login: 'beige-quail' },
    { login: 'coral-squid' },
    { login: 'denim-toad' },
  ],
  outsideCollaborators: [
    { login: 'visiting-gull', access: { 'arm-firmware': 'push' } },
    { login: 'visiting-swift', access: { 'customer-portal': 'admin' } }, // bad: an outsider with admin
    { login: 'visiting-tern', access: { 'brand-site': 'triage', docs: 'push' }, twoFactor: false },
  ],
  teams: [
    {
      slug: 'engineering',
      name: 'Engineering',
      members: ['golden-ibis', 'hazel-marten', 'indigo-crane', 'jade-tortoise', 'khaki-stoat', 'lilac-wombat'],
      repositories: { 'arm-firmware': 'push', 'path-planner': 'push', 'vision-pipeline': 'push', simulator: 'push' },
    },
    {
      slug: 'platform',
      name: 'Platform',
      parent: 'engineering',
      members: ['maroon-puffin', 'navy-gecko', 'olive-raven'],
      repositories: { infrastructure: 'admin', 'deploy-tools': 'maintain', 'build-images': 'maintain' },
    },
    {
      slug: 'security',
      name: 'Security',
      members: ['pearl-dolphin', 'amber-otter'],
      repositories: { 'threat-models': 'admin', 'identity-service': 'maintain', infrastructure: 'pull' },
    },
    {
      slug: 'web',
      name: 'Web',
      members: ['quartz-beetle', 'russet-hare', 'silver-moth'],
      repositories: { 'customer-portal': 'push', 'brand-site': 'maintain', 'telemetry-api': 'push', docs: 'push' },
    },
    {
      slug: 'contractors',
      name: 'Contractors',
      members: ['teal-walrus', 'umber-newt'],
      repositories: { 'payments-api': 'admin' }, // bad: contractors administer payments
    },
    { slug: 'incident-response', name: 'Incident response', secret: true, members: ['blue-heron'], repositories: {} },
  ],
  rulesets: [
    {
      name: 'critical services',
      repositories: ['identity-service', 'payments-api', 'telemetry-api', 'threat-models'],
      rules: [pullRequestRule({ count: 1, dismissStale: true }), blockForcePushes, blockDeletion],
    },
    {
      name: 'tried out: signatures everywhere',
      enforcement: 'evaluate', // not in force, must not count
      repositories: ['~ALL'],
      rules: [{ type: 'required_signatures' }],
    },
  ],
  repositories: [
    // Protected by a ruleset.
    {
      name: 'arm-firmware',
      language: 'C',
      pushedAt: '2026-03-02T08:11:00Z',
      rulesets: [strictRuleset],
      codeOwners: [],
    },
    {
      name: 'path-planner',
      language: 'Rust',
      pushedAt: '2026-02-27T15:40:00Z',
      rulesets: [strictRuleset],
      codeOwners: [],
    },
    {
      name: 'vision-pipeline', // bad: repository admins bypass at any time
      language: 'Python',
      pushedAt: '2026-03-01T10:05:00Z',
      rulesets: [{ ...strictRuleset, bypass: [REPOSITORY_ADMINS] }],
      codeOwners: [],
    },
    {
      name: 'release-notes', // bad: an app bypasses
      pushedAt: '2026-02-20T09:00:00Z',
      rulesets: [{ ...strictRuleset, bypass: [RELEASE_BOT] }],
      codeOwners: [],
    },
    {
      name: 'simulator', // bad: stale approvals are kept
      language: 'C++',
      pushedAt: '2026-02-25T17:22:00Z',
      rulesets: [
        {
          name: 'default branch',
          rules: [
            pullRequestRule({ count: 1, codeOwners: true }),
            statusChecksRule(['build'], false),
            blockForcePushes,
            blockDeletion,
          ],
        },
      ],
      codeOwners: [],
    },
    {
      name: 'fleet-dashboard', // bad: a pull request is asked for, but no approval
      language: 'TypeScript',
      pushedAt: '2026-02-28T12:00:00Z',
      rulesets: [{ name: 'pull requests', rules: [pullRequestRule({ count: 0 }), blockForcePushes, blockDeletion] }],
      codeOwners: [],
    },
    {
      name: 'motion-lab', // bad: the only ruleset is switched off
      language: 'Python',
      pushedAt: '2026-01-15T12:00:00Z',
      rulesets: [{ ...strictRuleset, enforcement: 'disabled' }],
      codeOwners: [],
    },

    // Protected by a classic rule.
    {
      name: 'infrastructure',
      language: 'HCL',
      pushedAt: '2026-03-02T07:30:00Z',
      classic: strictClassic,
      codeOwners: [],
    },
    {
      name: 'deploy-tools', // bad: administrators are not held to it
      language: 'Go',
      pushedAt: '2026-02-18T14:10:00Z',
      classic: {
        reviews: { count: 1, dismissStale: true, codeOwners: true },
        statusChecks: { contexts: ['build'], strict: true },
      },
      codeOwners: [],
    },
    {
      name: 'build-images', // bad: force pushes and deletion allowed
      pushedAt: '2026-02-11T16:45:00Z',
      classic: { ...strictClassic, allowForcePushes: true, allowDeletions: true },
      codeOwners: [],
    },
    {
      name: 'customer-portal', // bad: two people merge without review; CODEOWNERS names a team that is gone
      language: 'TypeScript',
      pushedAt: '2026-03-01T18:02:00Z',
      classic: {
        ...strictClassic,
        reviews: { count: 1, dismissStale: true, codeOwners: true, bypass: ['ember-fox', 'quartz-beetle'] },
      },
      codeOwners: [
        unknownOwner(4, '/checkout/', '@acme-robotics/checkout'),
        unknownOwner(9, '*.sql', '@acme-robotics/dba'),
      ],
    },
    {
      name: 'warehouse-sync', // bad: checks are required, a review is not; no CODEOWNERS
      language: 'Java',
      pushedAt: '2026-01-30T11:00:00Z',
      defaultBranch: 'master',
      classic: { statusChecks: { contexts: ['build'] }, enforceAdmins: true },
    },

    // Protected by both.
    {
      name: 'identity-service',
      language: 'Go',
      pushedAt: '2026-03-02T09:15:00Z',
      classic: strictClassic,
      codeOwners: [],
    },
    {
      name: 'payments-api', // the classic rule is weak, the organisation's ruleset makes up for it
      language: 'Kotlin',
      pushedAt: '2026-03-01T13:37:00Z',
      classic: { reviews: { count: 0 }, statusChecks: { contexts: ['build', 'security-scan'], strict: true } },
      codeOwners: [],
    },
    // Protected by the organisation's ruleset only.
    { name: 'telemetry-api', language: 'Go', pushedAt: '2026-02-24T10:20:00Z', codeOwners: [] },
    { name: 'threat-models', pushedAt: '2026-02-03T10:00:00Z' },

    // Not protected at all.
    { name: 'hackathon-2025', language: 'JavaScript', pushedAt: '2025-11-07T22:30:00Z' },
    { name: 'ops-scripts', language: 'Shell', pushedAt: '2026-02-26T06:00:00Z' },
    { name: 'data-notebooks', language: 'Jupyter Notebook', pushedAt: '2026-02-13T09:40:00Z', defaultBranch: 'trunk' },

    // Public.
    {
      name: 'docs',
      visibility: 'public',
      pushedAt: '2026-02-22T08:00:00Z',
      rulesets: [strictRuleset],
      codeOwners: [],
    },
    {
      name: 'brand-site',
      visibility: 'public',
      language: 'HTML',
      pushedAt: '2026-02-05T08:00:00Z',
      classic: strictClassic,
    },
    { name: 'robot-sdk', visibility: 'public', language: 'Rust', pushedAt: '2026-02-28T20:00:00Z' }, // bad: public, open
    {
      name: 'ros-bridge',
      visibility: 'public',
      fork: true,
      language: 'C++',
      pushedAt: '2025-12-01T08:00:00Z',
      defaultBranch: 'release/2.x', // a branch name that must be escaped in a path
      classic: { reviews: { count: 1 }, enforceAdmins: true },
    },

    // Out of the way.
    { name: 'legacy-controller', archived: true, language: 'C', pushedAt: '2022-06-01T08:00:00Z' },
    { name: 'gripper-prototype', archived: true, pushedAt: '2023-09-14T08:00:00Z', codeOwners: [] },
    { name: 'new-initiative', empty: true, pushedAt: '2026-03-01T09:00:00Z' },
  ],
}

/**
 * An invented organisation with good and bad settings side by side. Each repository says beside it what is wrong.
 * Nobody in it exists: logins are animals and colours.
 */
export const acmeRobotics: OrganizationSeed = {
  ...settled,
  ...acmeSettings,
  advancedSecurity: true,
  repositories: settled.repositories.map((one) => {
    const history = acmeChanges[one.name]
    return { ...one, ...acmeSecurity[one.name], ...(history && { history, pushedAt: daysAgo(3) }) }
  }),
}
