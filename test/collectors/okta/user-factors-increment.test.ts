import { asReadError, type CarriedRecord, NotFoundError, type Page, type Reader } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { type UserFactorsRecord, userFactors } from '../../../collectors/okta/streams/user-factors.ts'
import { enrolled } from '../../../collectors/okta/examples.ts'
import { type Answers, sessionOver } from './configuration-harness.ts'
import { EVERYONE, everyone, factorAnswer, USERS, userAnswer } from './identity-answers.ts'

const SINCE = new Date('2026-01-14T12:00:00.000Z')
const LOGS =
  '/api/v1/logs?since=2026-01-13T12:00:00.000Z&until=2026-01-15T12:00:00.000Z' +
  '&filter=eventType sw "user.mfa.factor." or eventType sw "system.mfa.factor."&sortOrder=ASCENDING'

const before = (user: string, parts: Partial<UserFactorsRecord> = {}) =>
  enrolled(['push'], { user, login: `person-${user}`, ...parts })

const event = (eventType: string, userId: string, published = '2026-01-14T18:00:00.000Z') => ({
  uuid: `${eventType}-${userId}`,
  published,
  eventType,
  outcome: { result: 'SUCCESS', reason: null },
  actor: { id: '00uadmin', type: 'User', alternateId: 'admin@example.com', displayName: 'Admin' },
  target: [{ id: userId, type: 'User', alternateId: 'x@example.com', displayName: 'X' }],
})

interface Run {
  users: readonly unknown[]
  previous: readonly UserFactorsRecord[]
  events?: readonly unknown[]
  answers?: Answers
}

async function increment({ users, previous, events = [], answers = {} }: Run) {
  const { session, asked } = sessionOver({
    [EVERYONE]: { body: [everyone(users.length)] },
    [USERS]: { body: users },
    [LOGS]: { body: events },
    ...answers,
  })
  const reader: Reader = {
    orElse: (first, otherwise) => first().catch((error: unknown) => otherwise(asReadError(error))),
    credentialIn: () => undefined,
    async observe(_, read, options) {
      try {
        return { state: 'observed', value: await read() }
      } catch (error) {
        if (error instanceof NotFoundError && options?.absentOn === 'not-found') return { state: 'absent' }
        return { state: 'unknown', reason: asReadError(error).reason }
      }
    },
  }
  const pages: Page[] = []
  const earlier = {
    since: SINCE,
    async *records(): AsyncGenerator<CarriedRecord<UserFactorsRecord>> {
      for (const record of previous) yield { record, key: record.user, readAt: SINCE }
    },
  }
  for await (const page of userFactors.sweep?.increment(session, { id: '00o1' }, reader, earlier) ?? []) {
    pages.push(page)
  }
  const last = pages.at(-1)
  expect(pages.map(({ number }) => number)).toEqual(pages.map((_, index) => index + 1))
  expect(last).toMatchObject({ last: true, total: users.length })
  return {
    fresh: pages.flatMap(({ records }) => records.map((record) => userFactors.record.parse(record).user)).sort(),
    carried: pages.flatMap(({ carried = [] }) => carried.map(({ key }) => key)).sort(),
    asked: asked.filter((key) => key.endsWith('/factors')),
  }
}

const factors = (...ids: string[]): Answers =>
  Object.fromEntries(ids.map((id) => [`/api/v1/users/${id}/factors`, { body: [factorAnswer('opf1', 'push')] }]))

describe('an increment of okta.user-factors', () => {
  it('carries over whoever nothing happened to, and asks for nobody’s factors', async () => {
    const result = await increment({
      users: [userAnswer('00u1'), userAnswer('00u2')],
      previous: [before('00u1'), before('00u2')],
    })
    expect(result).toEqual({ fresh: [], carried: ['00u1', '00u2'], asked: [] })
  })

  it('forgets who is gone and reads who is new', async () => {
    const result = await increment({
      users: [userAnswer('00u2')],
      previous: [before('00u1')],
      answers: factors('00u2'),
    })
    expect(result).toMatchObject({ fresh: ['00u2'], carried: [] })
  })

  it.each<[string, Partial<Run>]>([
    ['an event names', { events: [event('user.mfa.factor.deactivate', '00u1')] }],
    ['the account says was touched', { users: [userAnswer('00u1', { lastUpdated: '2026-01-14T13:00:00.000Z' })] }],
    ['Okta does not say of when they were touched', { users: [userAnswer('00u1', { lastUpdated: null })] }],
    [
      'could not be read before',
      { previous: [before('00u1', { factors: { state: 'unknown', reason: 'throttled' } })] },
    ],
    ['was missing before', { previous: [before('00u1', { factors: { state: 'absent' } })] }],
    [
      'can sign in again',
      { previous: [before('00u1', { status: 'SUSPENDED', factors: null, notRead: 'not-usable' })] },
    ],
    ['was a service account before', { previous: [before('00u1', { serviceAccount: true })] }],
    ['was there when a factor was turned off for all', { events: [event('system.mfa.factor.deactivate', 'okta_sms')] }],
  ])('reads anew whom %s', async (_, parts) => {
    const run = { users: [userAnswer('00u1')], previous: [before('00u1')], ...parts }
    expect(await increment({ ...run, answers: factors('00u1') })).toMatchObject({ fresh: ['00u1'], carried: [] })
  })

  it('looks a day back before the earlier run, as events come late', async () => {
    const events = [event('user.mfa.factor.activate', '00u1', '2026-01-13T13:00:00.000Z')]
    const result = await increment({
      users: [userAnswer('00u1'), userAnswer('00u2')],
      previous: [before('00u1'), before('00u2')],
      events,
      answers: factors('00u1'),
    })
    expect(result).toMatchObject({ fresh: ['00u1'], carried: ['00u2'] })
  })

  it('carries many over in pages of bounded size', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => `00u${String(index).padStart(4, '0')}`)
    const result = await increment({ users: ids.map((id) => userAnswer(id)), previous: ids.map((id) => before(id)) })
    expect(result.carried).toEqual(ids)
  })
})

it('estimates one request for each user, and their pages', async () => {
  const { session } = sessionOver({ [EVERYONE]: { body: [everyone(1001)] } })
  expect(await userFactors.estimate?.(session, { id: '00o1' })).toEqual({ rest: 1001, users: 6 })
})
