import {
  blockDeletion,
  blockForcePushes,
  type OrganizationSeed,
  pullRequestRule,
  type RepositorySeed,
  statusChecksRule,
} from './seed.ts'

/** The four ways a repository of {@link largeOrganization} is protected, in turn: ruleset, classic, both, none. */
const PROTECTIONS: readonly Pick<RepositorySeed, 'classic' | 'rulesets'>[] = (() => {
  const classic = { reviews: { count: 1, dismissStale: true }, enforceAdmins: true } as const
  const rulesets = [
    {
      name: 'default branch',
      rules: [
        pullRequestRule({ count: 1, dismissStale: true }),
        statusChecksRule(['build']),
        blockForcePushes,
        blockDeletion,
      ],
    },
  ]
  return [{ rulesets }, { classic }, { classic, rulesets }, {}]
})()

const numbered = (prefix: string, index: number) => `${prefix}-${String(index + 1).padStart(6, '0')}`

/**
 * An invented organisation of that many repositories, for benchmarks: the same on every call, a quarter of it each
 * protected by a ruleset, a classic rule, both and neither. It has a member for every four repositories (at least 10).
 */
export function largeOrganization(repositories: number): OrganizationSeed {
  const people = Math.max(10, Math.ceil(repositories / 4))
  return {
    login: 'big-robotics',
    id: 90_000_002,
    name: 'Big Robotics (demo data)',
    plan: 'team',
    settings: {
      twoFactorRequired: true,
      basePermission: 'none',
      membersCanCreatePublicRepositories: false,
      membersCanDeleteRepositories: false,
      membersCanChangeVisibility: false,
      membersCanInviteOutsideCollaborators: false,
      membersCanForkPrivateRepositories: false,
    },
    members: Array.from({ length: people }, (_, index) => ({
      login: numbered('worker', index),
      ...(index < 3 && { role: 'owner' as const }),
    })),
    outsideCollaborators: [],
    teams: [],
    rulesets: [],
    repositories: Array.from({ length: repositories }, (_, index) => ({
      name: numbered('service', index),
      pushedAt: '2026-03-01T08:00:00Z',
      codeOwners: [],
      ...PROTECTIONS[index % PROTECTIONS.length],
    })),
  }
}
