import {
  passwordPolicy,
  sessionPolicy,
  sessionRule,
  strongAuthenticators,
  phishingResistant,
  catchAll,
} from './parts.ts'
import type { OktaSeed, UserSeed } from './seed.ts'

const numbered = (prefix: string, index: number) => `${prefix}${String(index + 1).padStart(6, '0')}`
const mail = (name: string) => `${name}@big-robotics.example`
const GROUP_SIZE = 50

/**
 * An invented organisation of that many users, for benchmarks: the same on every call. A group for every 50 of them, an
 * application for every 25 (at most 100), two factors for each user, and an event for each (at most 2,000).
 */
export function largeOkta(people: number, at: Date): OktaSeed {
  const users: UserSeed[] = Array.from({ length: people }, (_, index) => ({
    login: mail(numbered('worker.', index)),
    ...(index < 3 && { roles: ['SUPER_ADMIN' as const] }),
  }))
  const groups = Array.from({ length: Math.ceil(people / GROUP_SIZE) }, (_, index) => ({
    name: numbered('Crew ', index),
    members: users.slice(index * GROUP_SIZE, (index + 1) * GROUP_SIZE).map(({ login }) => login),
  }))
  return {
    subdomain: 'big-robotics',
    id: '00odemoBIGrobotics01',
    name: 'Big Robotics (demo data)',
    pipeline: 'idx',
    at,
    users,
    groups: [{ name: 'Everyone', type: 'BUILT_IN', members: 'everyone' }, ...groups],
    groupRules: [],
    authenticators: strongAuthenticators,
    policies: [
      { type: 'ACCESS_POLICY', name: 'All apps', rules: [phishingResistant('Security key'), catchAll('DENY')] },
      sessionPolicy(sessionRule('Default Rule', { idle: 15, lifetime: 720, requireFactor: true }, true)),
      passwordPolicy({ minLength: 16, common: true, history: 8, attempts: 3 }),
    ],
    apps: Array.from({ length: Math.min(100, Math.ceil(people / 25)) }, (_, index) => ({
      label: numbered('Service ', index),
      name: numbered('service', index),
      signOnMode: 'SAML_2_0' as const,
      groups: [groups[index % groups.length]?.name ?? 'Everyone'],
    })),
    zones: [],
    threatInsight: 'block',
    logStreams: [{ name: 'To the SIEM' }],
    identityProviders: [],
    trustedOrigins: [],
    deviceAssurances: [],
    adminConsole: { idle: 15, lifetime: 720 },
    support: { enabled: false },
    apiTokens: [],
    events: Array.from({ length: Math.min(people, 2000) }, (_, index) => ({
      daysAgo: (index * 89) / 2000,
      eventType: index % 2 === 0 ? 'user.session.access_admin_app' : 'user.mfa.factor.activate',
      actor: mail(numbered('worker.', index % 3)),
      targets: [{ user: mail(numbered('worker.', index)) }],
    })),
  }
}
