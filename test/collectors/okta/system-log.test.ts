import { InvalidError, TruncatedError } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { filterOf } from '../../../collectors/okta/system-log.ts'
import { configurationChanges } from '../../../collectors/okta/streams/configuration-changes.ts'
import { leavers } from '../../../collectors/okta/streams/leavers.ts'
import { type Answer, type Answers, collect, error, next, NOW } from './configuration-harness.ts'

const FILTER =
  'eventType eq "user.lifecycle.deactivate" or eventType eq "user.lifecycle.suspend" or eventType sw "user.lifecycle.delete."'
const asked = (since = '2025-12-01T00:00:00.000Z', until = '2026-01-01T00:00:00.000Z') =>
  `/api/v1/logs?since=${since}&until=${until}&filter=${FILTER}&sortOrder=ASCENDING`
const cursor = `${asked()}&after=1_2`

const event = (uuid: string, published: string, parts: object = {}) => ({
  uuid,
  published,
  eventType: 'user.lifecycle.deactivate',
  displayMessage: 'Deactivate Okta user Ada Lovelace',
  severity: 'INFO',
  client: { ipAddress: '192.0.2.7', userAgent: { rawUserAgent: 'x' } },
  outcome: { result: 'SUCCESS', reason: null },
  actor: { id: '00u1', type: 'User', alternateId: 'admin@example.com', displayName: 'Grace Hopper' },
  target: [{ id: '00u2', type: 'User', alternateId: 'ada@example.com', displayName: 'Ada Lovelace' }],
  ...parts,
})
const page = (events: readonly unknown[], after?: string): Answer => ({
  body: events,
  ...(after && { headers: next(after) }),
})
const first = event('a', '2025-12-02T00:00:00.000Z')
const second = event('b', '2025-12-03T00:00:00.000Z')

describe('populations of the System Log', () => {
  it('asks for the period with a filter, and reads to the end', async () => {
    const {
      records,
      pages,
      gaps,
      asked: requests,
    } = await collect(leavers, {
      [asked()]: page([first], cursor),
      [cursor]: page([second]),
    })
    expect(requests).toEqual([asked(), cursor])
    expect(records).toMatchObject([{ uuid: 'a' }, { uuid: 'b' }])
    expect(pages.map(({ last }) => last)).toEqual([false, true])
    expect(gaps).toEqual([])
  })

  it('writes logins to be pseudonymised and no names, addresses or messages', async () => {
    const app = { id: '0oa1', type: 'AppInstance', alternateId: 'Payroll', displayName: 'Payroll' }
    const strange = { id: 'x', type: 'SomethingNew', alternateId: 'bob@example.com', displayName: 'Bob' }
    const { records } = await collect(leavers, {
      [asked()]: page([{ ...first, target: [...first.target, app, strange] }]),
    })
    expect(records).toEqual([
      {
        uuid: 'a',
        published: '2025-12-02T00:00:00.000Z',
        eventType: 'user.lifecycle.deactivate',
        outcome: { result: 'SUCCESS', reason: null },
        actor: { type: 'User', id: '00u1', person: 'admin@example.com', name: null },
        targets: [
          { type: 'User', id: '00u2', person: 'ada@example.com', name: null },
          { type: 'AppInstance', id: '0oa1', person: null, name: 'Payroll' },
          { type: 'SomethingNew', id: 'x', person: null, name: null },
        ],
      },
    ])
    expect(leavers.redact).toEqual({ 'actor.person': 'pseudonym', 'targets.*.person': 'pseudonym' })
  })

  it.each([
    ['VERIFICATION_ERROR', 'VERIFICATION_ERROR'],
    ['no such user ada@example.com', null],
    ['Ada Lovelace may not do this', null],
  ])('keeps a reason that is a code and no sentence: %s', async (reason, kept) => {
    const { records } = await collect(leavers, {
      [asked()]: page([{ ...first, outcome: { result: 'FAILURE', reason } }]),
    })
    expect(records).toMatchObject([{ outcome: { result: 'FAILURE', reason: kept } }])
  })

  it('takes an event once that ends one page and begins the next', async () => {
    const { records } = await collect(leavers, { [asked()]: page([first], cursor), [cursor]: page([first, second]) })
    expect(records).toMatchObject([{ uuid: 'a' }, { uuid: 'b' }])
  })

  it('does not take a page that was sent twice for the end', async () => {
    const answers: Answers = { [asked()]: page([first], cursor), [cursor]: page([first]) }
    await expect(collect(leavers, answers)).rejects.toThrow(InvalidError)
  })

  it('leaves the end of the period to the next one', async () => {
    const { records } = await collect(leavers, { [asked()]: page([first, event('c', '2026-01-01T00:00:00.000Z')]) })
    expect(records).toMatchObject([{ uuid: 'a' }])
  })

  it.each([
    ['another kind', { eventType: 'user.session.start' }],
    ['before the period', { published: '2025-11-30T23:59:59.999Z' }],
    ['after the period', { published: '2026-01-01T00:00:00.001Z' }],
  ])('does not trust an answer with an event of %s', async (_, parts) => {
    await expect(collect(leavers, { [asked()]: page([{ ...first, ...parts }]) })).rejects.toThrow(InvalidError)
  })

  it('asks only to the beginning of the run in a period that has not ended', async () => {
    const period = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-04-01T00:00:00Z') }
    const answers = { [asked('2026-01-01T00:00:00.000Z', NOW.toISOString())]: page([]) }
    const { pages, gaps } = await collect(leavers, answers, { period })
    expect(pages).toMatchObject([{ records: [], last: true }])
    expect(gaps).toEqual([])
  })

  it('asks for nothing in a period that has not begun', async () => {
    const period = { from: new Date('2026-02-01T00:00:00Z'), to: new Date('2026-03-01T00:00:00Z') }
    const { pages, asked: requests } = await collect(leavers, {}, { period })
    expect(requests).toEqual([])
    expect(pages).toEqual([{ records: [], number: 1, last: true }])
  })

  it('leaves a gap for what Okta no longer keeps, and reads the rest', async () => {
    const period = { from: new Date('2025-10-01T00:00:00Z'), to: new Date('2026-01-01T00:00:00Z') }
    const { records, gaps } = await collect(leavers, { [asked('2025-10-01T00:00:00.000Z')]: page([first]) }, { period })
    expect(records).toMatchObject([{ uuid: 'a' }])
    // 90 days and an hour before the run.
    expect(gaps).toEqual([{ subject: '00o1: events before 2025-10-17T11:00:00.000Z', reason: 'truncated' }])
  })

  it('leaves none for a period of 90 days that ends as the run begins', async () => {
    const period = { from: new Date('2025-10-17T12:00:00Z'), to: NOW }
    const now = new Date(NOW.getTime() + 60_000)
    const answers = { [asked('2025-10-17T12:00:00.000Z', NOW.toISOString())]: page([first]) }
    expect((await collect(leavers, answers, { period, now })).gaps).toEqual([])
  })

  it('notices a full page whose link to the next was lost', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => event(`e${index}`, '2025-12-02T00:00:00.000Z'))
    const since = asked('2025-12-02T00:00:00.000Z')
    const whole = await collect(leavers, { [asked()]: page(many), [since]: page(many) })
    expect(whole.records).toHaveLength(1000)
    const short = collect(leavers, { [asked()]: page(many), [since]: page([...many, second]) })
    await expect(short).rejects.toThrow(TruncatedError)
  })

  it('names the right when Okta refuses', async () => {
    await expect(collect(leavers, { [asked()]: error(403, 'E0000006') })).rejects.toMatchObject({
      reason: 'denied',
      permission: 'okta.logs.read',
    })
  })

  it('keys events by time, then uuid', () => {
    const { key } = leavers
    const record = leavers.record.parse({
      uuid: 'a',
      published: '2025-12-02T00:00:00.000Z',
      eventType: 'user.lifecycle.suspend',
      outcome: { result: 'SUCCESS', reason: null },
      actor: { type: 'User', id: 'x', person: 'p', name: null },
      targets: [],
    })
    expect(key(record)).toBe('2025-12-02T00:00:00.000Z-a')
    expect(key(record) < key({ ...record, published: '2025-12-02T00:00:00.001Z', uuid: '0' })).toBe(true)
  })
})

describe('filters', () => {
  it('do not ask for what each sign-on leaves behind', () => {
    expect(filterOf(['a.b', 'c.'])).toBe('eventType eq "a.b" or eventType sw "c."')
    const text = configurationChanges.reproduce?.({ id: '00o1' }) ?? ''
    expect(text).toContain('policy.rule.')
    expect(text).not.toContain('"policy."')
  })
})
