import { type Answer, type Answers, next } from './configuration-harness.ts'

/** Answers of an invented organisation's identities, in the shapes Okta documents. */
export function userAnswer(id: string, parts: Record<string, unknown> = {}) {
  return {
    id,
    status: 'ACTIVE',
    created: '2024-01-10T09:00:00.000Z',
    activated: '2024-01-10T09:00:00.000Z',
    statusChanged: '2024-01-10T09:00:00.000Z',
    lastLogin: '2026-01-01T09:00:00.000Z',
    lastUpdated: '2025-11-01T09:00:00.000Z',
    passwordChanged: null,
    type: { id: 'oty1' },
    profile: { login: `${id}@example.com`, email: `${id}@example.com`, firstName: 'Left', mobilePhone: '+15550100' },
    credentials: { provider: { type: 'OKTA', name: 'OKTA' }, emails: [] },
    ...parts,
  }
}

export const factorAnswer = (id: string, factorType: string, status = 'ACTIVE') => ({
  id,
  factorType,
  provider: 'OKTA',
  vendorName: 'OKTA',
  status,
  created: '2024-01-10T09:00:00.000Z',
  lastUpdated: '2024-01-10T09:00:00.000Z',
  profile: { phoneNumber: '+15550100' },
})

export function groupAnswer(id: string, usersCount: number | null, parts: Record<string, unknown> = {}) {
  return {
    id,
    type: 'OKTA_GROUP',
    created: '2024-01-10T09:00:00.000Z',
    lastUpdated: '2024-01-10T09:00:00.000Z',
    lastMembershipUpdated: '2025-11-01T09:00:00.000Z',
    profile: { name: `Group ${id}`, description: 'left out' },
    ...(usersCount !== null && { _embedded: { stats: { usersCount, appsCount: 2, hasAdminPrivlege: false } } }),
    ...parts,
  }
}

export const roleAnswer = (type: string, parts: Record<string, unknown> = {}) => ({
  id: `ra-${type}`,
  label: type.toLowerCase(),
  type,
  status: 'ACTIVE',
  assignmentType: 'USER',
  ...parts,
})

export const USERS = '/api/v1/users'
export const DEACTIVATED = '/api/v1/users?filter=status eq "DEPROVISIONED"'
export const EVERYONE = '/api/v1/groups?filter=type eq "BUILT_IN"&expand=stats'
export const GROUPS = '/api/v1/groups?expand=stats'
export const ASSIGNEES = '/api/v1/iam/assignees/users'

export const everyone = (usersCount: number | null) =>
  groupAnswer('00g0', usersCount, { type: 'BUILT_IN', profile: { name: 'Everyone' } })

/** A list in two pages at `path`, with a cursor as Okta makes them. */
export function twoPages(path: string, first: readonly unknown[], second: readonly unknown[]): Answers {
  const two = `${path}${path.includes('?') ? '&' : '?'}after=c1`
  return { [path]: { body: first, headers: next(two) }, [two]: { body: second } }
}

/** One answer after the other, the last one again and again. */
export function inTurn(...answers: readonly [Answer, ...Answer[]]): Answer {
  const left = [...answers]
  const current = () => (left.length > 1 ? left.shift() : left[0]) as Answer
  let now: Answer = answers[0]
  return {
    get status() {
      now = current()
      return now.status ?? 200
    },
    get body() {
      return now.body ?? []
    },
    get headers() {
      return now.headers ?? {}
    },
  }
}
