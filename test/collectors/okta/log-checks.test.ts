import { describe, expect, it } from 'vitest'
import { leaversDeactivatedInTime } from '../../../collectors/okta/checks/leavers-deactivated-in-time.ts'
import { privilegedChangesTicketed } from '../../../collectors/okta/checks/privileged-changes-ticketed.ts'
import { logEvent, user } from '../../../collectors/okta/examples-log.ts'
import { results, statuses } from './configuration-harness.ts'

describe('okta.leavers-deactivated-in-time', () => {
  const params = { leavers: [{ person: 'person-b', endedAt: '2026-01-10T17:00:00Z' }] }
  const closing = (published: string, eventType = 'user.lifecycle.deactivate') =>
    logEvent({ published, eventType, uuid: published })
  const judge = (account: Parameters<typeof user>[0], leavers: unknown[] = [], joiners: unknown[] = []) =>
    statuses(leaversDeactivatedInTime, { users: [user(account)], leavers, joiners }, params)

  it('takes the event for the time of closing', async () => {
    expect(await judge({}, [closing('2026-01-11T16:00:00.000Z')])).toEqual({ '00u2': 'pass' })
    expect(await judge({}, [closing('2026-01-11T18:00:00.000Z')])).toEqual({ '00u2': 'fail' })
  })

  it('falls back on the state where the event lies before the period', async () => {
    expect(await judge({ statusChanged: '2026-01-10T18:00:00.000Z' })).toEqual({ '00u2': 'pass' })
    expect(await judge({ statusChanged: '2026-01-13T18:00:00.000Z' })).toEqual({ '00u2': 'fail' })
    expect(await judge({ statusChanged: null })).toEqual({ '00u2': 'unknown: invalid' })
  })

  it('counts from the first closing since the account was last opened', async () => {
    const suspended = closing('2026-01-10T18:00:00.000Z', 'user.lifecycle.suspend')
    const removed = closing('2026-01-14T18:00:00.000Z')
    expect(await judge({}, [suspended, removed])).toEqual({ '00u2': 'pass' })
    const reopened = logEvent({ published: '2026-01-12T08:00:00.000Z', eventType: 'user.lifecycle.unsuspend' })
    expect(await judge({}, [suspended, removed], [reopened])).toEqual({ '00u2': 'fail' })
  })

  it('does not take a closing that failed, or one of somebody else', async () => {
    const failed = { ...closing('2026-01-10T18:00:00.000Z'), outcome: { result: 'FAILURE', reason: null } }
    const other = {
      ...closing('2026-01-10T18:00:00.000Z'),
      targets: [{ type: 'User', id: '00u3', person: 'p', name: null }],
    }
    expect(await judge({ statusChanged: null }, [failed, other])).toEqual({ '00u2': 'unknown: invalid' })
  })

  it('finds an account that is open, and one that was used', async () => {
    expect(await judge({ status: 'ACTIVE' })).toEqual({ '00u2': 'fail' })
    expect(await judge({ status: 'LOCKED_OUT' })).toEqual({ '00u2': 'fail' })
    const onTime = [closing('2026-01-10T18:00:00.000Z')]
    expect(await judge({ lastLogin: '2026-01-10T17:30:00.000Z' }, onTime)).toEqual({ '00u2': 'fail' })
  })

  it('waits for the time that is allowed', async () => {
    const late = { leavers: [{ person: 'person-b', endedAt: '2026-01-15T10:00:00Z' }] }
    const inputs = { users: [user({ status: 'ACTIVE' })], leavers: [], joiners: [] }
    expect(await statuses(leaversDeactivatedInTime, inputs, late)).toEqual({ '00u2': 'not-applicable: not-due' })
  })

  it('names leavers without an account, and joins by e-mail too', async () => {
    const two = { leavers: [...params.leavers, { person: 'person-z', endedAt: '2026-01-10T17:00:00Z' }] }
    const account = user({ login: 'person-other', statusChanged: '2026-01-10T18:00:00.000Z' })
    const inputs = { users: [account], leavers: [], joiners: [] }
    expect(await statuses(leaversDeactivatedInTime, inputs, two)).toEqual({
      '00u2': 'pass',
      'person-z': 'not-applicable: no-account',
    })
  })

  it('judges an account that was deleted by what the log says', async () => {
    const deleted = (published: string) => closing(published, 'user.lifecycle.delete.initiated')
    const judged = (event: unknown) =>
      statuses(
        leaversDeactivatedInTime,
        { users: [user({ id: '00u7', login: 'p7', email: null })], leavers: [event], joiners: [] },
        params,
      )
    expect(await judged(deleted('2026-01-11T09:00:00.000Z'))).toEqual({ 'person-b': 'pass' })
    expect(await judged(deleted('2026-01-13T09:00:00.000Z'))).toEqual({ 'person-b': 'fail' })
  })

  it('says what to declare', async () => {
    const [result] = await results(leaversDeactivatedInTime, { users: [user()], leavers: [], joiners: [] })
    expect(result).toMatchObject({ status: 'not-applicable', reason: 'undeclared' })
    expect(result?.detail).toContain('checks.okta.leavers-deactivated-in-time.params.leavers')
  })
})

describe('okta.privileged-changes-ticketed', () => {
  const grant = logEvent({ uuid: 'u1', eventType: 'user.account.privilege.grant' })
  const change = logEvent({ uuid: 'u2', eventType: 'policy.rule.update', published: '2026-01-05T09:00:00.000Z' })
  const judge = (tickets?: unknown) =>
    results(
      privilegedChangesTicketed,
      { privileges: [grant], configuration: [change] },
      tickets === undefined ? {} : { tickets },
    )
  const window = { ticket: 'CHG-3', from: '2026-01-05T08:00:00Z', to: '2026-01-05T10:00:00Z' }

  it('counts what is listed until tickets are declared', async () => {
    const [result, ...rest] = await judge()
    expect(rest).toEqual([])
    expect(result).toMatchObject({ status: 'not-applicable', reason: 'undeclared' })
    expect(result?.detail).toContain('2 changes')
  })

  it('joins by uuid and by window', async () => {
    expect(await judge([])).toMatchObject([{ status: 'fail' }, { status: 'fail' }])
    expect(await judge([{ ticket: 'CHG-1', events: ['u1'] }, window])).toMatchObject([
      { status: 'pass' },
      { status: 'pass' },
    ])
  })

  it('lets a window count for one person only', async () => {
    expect(await judge([{ ...window, actor: 'person-admin' }])).toMatchObject([{ status: 'fail' }, { status: 'pass' }])
    expect(await judge([{ ...window, actor: 'person-x' }])).toMatchObject([{ status: 'fail' }, { status: 'fail' }])
  })

  it('asks for no ticket for what failed', async () => {
    const failed = { ...grant, outcome: { result: 'FAILURE', reason: null } }
    expect(
      await results(privilegedChangesTicketed, { privileges: [failed], configuration: [] }, { tickets: [] }),
    ).toMatchObject([{ status: 'not-applicable', reason: 'no-effect' }])
  })
})
