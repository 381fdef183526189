import type { LogEventRecord } from './log-event.ts'
import type { UserRecord } from './streams/users.ts'

/** Records for the examples of checks on the System Log. */
const admin = { type: 'User', id: '00u1', person: 'person-admin', name: null }

export function logEvent(parts: Partial<LogEventRecord> = {}): LogEventRecord {
  return {
    uuid: '11111111-0000-0000-0000-000000000001',
    published: '2026-01-02T03:04:05.000Z',
    eventType: 'user.lifecycle.deactivate',
    outcome: { result: 'SUCCESS', reason: null },
    actor: admin,
    targets: [{ type: 'User', id: '00u2', person: 'person-b', name: null }],
    ...parts,
  }
}

export function user(parts: Partial<UserRecord> = {}): UserRecord {
  const created = '2024-01-02T03:04:05.000Z'
  return {
    id: '00u2',
    login: 'person-b',
    email: 'person-b',
    status: 'DEPROVISIONED',
    created,
    activated: created,
    statusChanged: '2026-01-02T03:04:05.000Z',
    lastLogin: '2025-12-31T08:00:00.000Z',
    lastUpdated: '2026-01-02T03:04:05.000Z',
    passwordChanged: created,
    type: 'oty1',
    provider: 'OKTA',
    serviceAccount: false,
    identities: [],
    ...parts,
  }
}
