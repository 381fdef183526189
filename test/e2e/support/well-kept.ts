import {
  blockDeletion,
  blockForcePushes,
  type ClassicProtectionSeed,
  type OrganizationSeed,
  pullRequestRule,
  statusChecksRule,
} from '../../servers/github/seed.ts'
import { tidyRepository, tidySettings } from '../../servers/github/worlds/tidy.ts'

/** Stands in texts that must not be written down anywhere. */
export const CANARY = 'canary-7f3d91'

const classic: ClassicProtectionSeed = {
  reviews: { count: 2, dismissStale: true, codeOwners: true, lastPushApproval: true },
  statusChecks: { contexts: ['build', 'security-scan'], strict: true },
  enforceAdmins: true,
  signatures: true,
}

const owners = ['amber-otter', 'blue-heron']
/** More than fit on one page of a list. */
const members = Array.from({ length: 101 }, (_, index) => `plain-hare-${String(index).padStart(3, '0')}`)

/**
 * An invented organisation in which every GitHub check passes (with {@link wellKeptChecks}), so that a fault which makes
 * something pass, or leaves it passing, shows.
 */
export const wellKept: OrganizationSeed = {
  ...tidySettings,
  login: 'tidy-turbines',
  id: 90_000_002,
  name: 'Tidy Turbines (demo data)',
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
  members: [...owners.map((login) => ({ login, role: 'owner' as const })), ...members.map((login) => ({ login }))],
  outsideCollaborators: [{ login: 'visiting-gull', access: { blades: 'triage' } }],
  teams: [{ slug: 'rotor', name: 'Rotor', members: members.slice(0, 2), repositories: { blades: 'push' } }],
  rulesets: [
    {
      name: 'default branches',
      repositories: ['~ALL'],
      rules: [
        { type: 'required_signatures' },
        pullRequestRule({ count: 2, dismissStale: true, codeOwners: true, lastPushApproval: true }),
        statusChecksRule(['build', 'security-scan']),
        blockForcePushes,
        blockDeletion,
      ],
    },
  ],
  repositories: ['blades', 'gearbox', 'nacelle'].map((name) => ({
    ...tidyRepository,
    name,
    codeOwners: [],
    description: `${CANARY} repository description`,
    // One of them by both ways, so that a classic rule is read as well.
    ...(name === 'blades' && { classic }),
  })),
}

/** What the organisation has declared and approved, as `checks` of a config. */
export const wellKeptChecks = {
  'github.owners-few-and-approved': { params: { approved: owners } },
  'github.members-are-staff': { params: { roster: [...owners, ...members] } },
  'github.outside-collaborators-approved': {
    params: { approved: [{ login: 'visiting-gull', until: '2999-12-31' }] },
  },
  'github.team-access-reviewed': { params: { reviewedOn: '2026-01-02', maxAgeDays: 1_000_000 } },
}
