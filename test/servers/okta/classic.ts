import { passwordPolicy, sessionRule } from './parts.ts'
import { type OktaSeed, PUSH, SMS, TOTP } from './seed.ts'

const mail = (name: string) => `${name}@classic-cranes.example`

/**
 * An invented organisation on Classic: no app sign-on policies, no authenticators, no device assurance. Whether a second
 * factor is asked for stands in the sign-on policy.
 */
export function classicOkta(at: Date): OktaSeed {
  return {
    subdomain: 'classic-cranes',
    id: '00odemoCLASSICcranes',
    name: 'Classic Cranes (demo data)',
    pipeline: 'v1',
    at,
    users: [
      { login: mail('amber.otter'), roles: ['SUPER_ADMIN'], factors: [PUSH] },
      { login: mail('blue.heron'), roles: ['SUPER_ADMIN'], factors: [TOTP] },
      { login: mail('calm.koi'), factors: [SMS] }, // bad
    ],
    groups: [
      { name: 'Everyone', type: 'BUILT_IN', members: 'everyone' },
      { name: 'Crane drivers', members: [mail('calm.koi')] },
    ],
    groupRules: [],
    authenticators: [],
    orgFactors: [
      { id: 'okta_push', provider: 'OKTA', factorType: 'push', status: 'ACTIVE' },
      { id: 'okta_otp', provider: 'OKTA', factorType: 'token:software:totp', status: 'ACTIVE' },
      { id: 'okta_sms', provider: 'OKTA', factorType: 'sms', status: 'ACTIVE' }, // bad
    ],
    policies: [
      {
        type: 'OKTA_SIGN_ON',
        name: 'Crane drivers',
        groups: ['Crane drivers'],
        rules: [sessionRule('Password is enough', { idle: 120, lifetime: 720, requireFactor: false })], // bad
      },
      {
        type: 'OKTA_SIGN_ON',
        name: 'Default Policy',
        system: true,
        rules: [
          sessionRule('Second factor', { idle: 60, lifetime: 720, requireFactor: true }),
          sessionRule('Default Rule', { idle: 120, lifetime: 720, requireFactor: false }, true),
        ],
      },
      passwordPolicy({ minLength: 14, common: true, history: 8, attempts: 5 }),
      {
        type: 'MFA_ENROLL',
        name: 'Default Policy',
        system: true,
        settings: { factors: { okta_push: { consent: { type: 'NONE' }, enroll: { self: 'REQUIRED' } } } },
        rules: [{ name: 'Default Rule', system: true, actions: { enroll: { self: 'CHALLENGE' } } }],
      },
    ],
    apps: [{ label: 'Rota', name: 'rota', signOnMode: 'SAML_2_0', groups: ['Everyone'] }],
    zones: [],
    threatInsight: 'none',
    logStreams: [],
    identityProviders: [],
    trustedOrigins: [],
    deviceAssurances: [],
    adminConsole: { idle: 30, lifetime: 720 },
    support: { enabled: false },
    apiTokens: [],
    events: [],
  }
}
