import type { OrganizationSeed } from '../seed.ts'
import { daysAgo } from './days.ts'

/** A second, small organisation, on the Enterprise plan: it has an audit log. People of acme-robotics are in it too. */
export const acmeLabs: OrganizationSeed = {
  login: 'acme-labs',
  id: 90_000_005,
  name: 'Acme Labs (demo data)',
  plan: 'enterprise',
  advancedSecurity: true,
  settings: {
    twoFactorRequired: true,
    basePermission: 'none',
    membersCanCreatePublicRepositories: false,
    membersCanDeleteRepositories: false,
    membersCanChangeVisibility: false,
    membersCanInviteOutsideCollaborators: false,
    membersCanForkPrivateRepositories: false,
  },
  members: [
    { login: 'amber-otter', role: 'owner' },
    { login: 'blue-heron', role: 'owner' },
    { login: 'golden-ibis' },
    { login: 'plum-jackdaw' },
  ],
  outsideCollaborators: [],
  teams: [{ slug: 'optics', name: 'Optics', members: ['plum-jackdaw'], repositories: { lens: 'push' } }],
  rulesets: [],
  repositories: [
    { name: 'lens', language: 'Julia', pushedAt: daysAgo(8), codeOwners: [] },
    { name: 'mirror', pushedAt: daysAgo(400) },
  ],
  auditLog: [
    {
      action: 'repo.create',
      actor: 'plum-jackdaw',
      at: daysAgo(120),
      repository: 'lens',
      data: { visibility: 'private' },
    },
    { action: 'org.add_member', actor: 'amber-otter', at: daysAgo(60), data: { user: 'golden-ibis' } },
    {
      action: 'protected_branch.policy_override',
      actor: 'blue-heron',
      at: daysAgo(20, '22:10:00'),
      repository: 'lens',
    },
    {
      action: 'org.update_member',
      actor: 'amber-otter',
      at: daysAgo(12),
      data: { user: 'blue-heron', permission: 'admin' },
    },
    { action: 'git.push', actor: 'plum-jackdaw', at: daysAgo(2, '09:00:00'), repository: 'lens' },
    { action: 'git.push', actor: 'plum-jackdaw', at: daysAgo(30, '09:00:00'), repository: 'lens' },
  ],
}
