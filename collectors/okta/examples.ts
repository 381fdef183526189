import type { AdminAssignmentRecord } from './streams/admin-assignments.ts'
import type { ApiTokenRecord } from './streams/api-tokens.ts'
import type { AuthenticatorRecord } from './streams/authenticators.ts'
import type { UserFactorsRecord } from './streams/user-factors.ts'
import type { UserRecord } from './streams/users.ts'

/** Records for the examples of the identity checks, of the invented organisation Acme, changed by `parts`. */
export function userExample(parts: Partial<UserRecord> = {}): UserRecord {
  return {
    id: '00u1',
    login: 'person-a',
    email: 'person-a',
    status: 'ACTIVE',
    created: '2024-01-10T09:00:00.000Z',
    activated: '2024-01-10T09:00:00.000Z',
    statusChanged: '2024-01-10T09:00:00.000Z',
    lastLogin: '2026-01-01T09:00:00.000Z',
    lastUpdated: '2025-11-01T09:00:00.000Z',
    passwordChanged: '2025-11-01T09:00:00.000Z',
    type: 'oty1',
    provider: 'OKTA',
    serviceAccount: false,
    identities: [],
    ...parts,
  }
}

/** A user with these types of factor, all of them active. */
export function enrolled(types: readonly string[], parts: Partial<UserFactorsRecord> = {}): UserFactorsRecord {
  return {
    user: '00u1',
    login: 'person-a',
    status: 'ACTIVE',
    serviceAccount: false,
    factors: {
      state: 'observed',
      value: types.map((type, index) => ({
        id: `opf${index}`,
        type,
        provider: 'OKTA',
        status: 'ACTIVE',
        created: '2024-01-10T09:00:00.000Z',
        lastUpdated: '2024-01-10T09:00:00.000Z',
      })),
    },
    notRead: null,
    ...parts,
  }
}

export function authenticatorExample(parts: Partial<AuthenticatorRecord> = {}): AuthenticatorRecord {
  return {
    id: 'aut1',
    key: 'phone_number',
    name: 'Phone',
    type: 'phone',
    status: 'ACTIVE',
    allowedFor: 'recovery',
    ...parts,
  }
}

/** A super administrator by own right. */
export function adminExample(person: string, parts: Partial<AdminAssignmentRecord> = {}): AdminAssignmentRecord {
  return {
    user: `00u-${person}`,
    login: person,
    userStatus: 'ACTIVE',
    lastLogin: '2026-01-01T09:00:00.000Z',
    serviceAccount: false,
    role: 'SUPER_ADMIN',
    label: 'Super Administrator',
    customRole: null,
    resourceSet: null,
    through: 'user',
    group: null,
    ...parts,
  }
}

/** A token that ends 30 days after its last use and may be used from one network zone. */
export function apiTokenExample(parts: Partial<ApiTokenRecord> = {}): ApiTokenRecord {
  return {
    id: '00T1',
    name: 'inventory',
    user: '00u-person-a',
    client: 'Okta API',
    created: '2025-06-01T09:00:00.000Z',
    lastUpdated: '2026-01-01T09:00:00.000Z',
    expiresAt: '2100-01-31T09:00:00.000Z',
    window: 'P30D',
    network: { connection: 'ZONE', include: ['nzo1'], exclude: [] },
    ...parts,
  }
}
