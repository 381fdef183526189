import { describe, expect, test } from 'vitest'
import { StoreError } from '../../src/model/store.ts'
import { UserError } from '../../src/model/user-error.ts'
import { DAY, daily, HOUR, lockedError, MINUTE, sealedRun, startWorker } from './harness.ts'

// Every clock starts at 2026-01-05T06:00:00Z.

describe('schedules', () => {
  test('a job runs at each of its times, in its time zone', async () => {
    const worker = startWorker({ jobs: [{ id: 'zurich', schedule: '0 9 * * *', timeZone: 'Europe/Zurich' }] })
    await worker.clock.advance(2 * DAY)
    expect(worker.runs).toEqual([
      { job: 'zurich', trigger: 'schedule', at: '2026-01-05T08:00:00.000Z' },
      { job: 'zurich', trigger: 'schedule', at: '2026-01-06T08:00:00.000Z' },
    ])
  })

  test('two jobs that are due at once run one after the other', async () => {
    const worker = startWorker({
      jobs: [daily('one', 7), daily('two', 7)],
      body: () => worker.clock.sleep(10 * MINUTE),
    })
    await worker.clock.advance(2 * HOUR)
    expect(worker.runs.map(({ job, at }) => [job, at])).toEqual([
      ['one', '2026-01-05T07:00:00.000Z'],
      ['two', '2026-01-05T07:10:00.000Z'],
    ])
    expect(worker.mostAtWork()).toBe(1)
  })

  test('a job that is due several times while it runs, runs once more after', async () => {
    let first = true
    const worker = startWorker({
      jobs: [{ id: 'often', schedule: '*/10 * * * *', timeZone: 'UTC' }],
      async body() {
        if (first) await worker.clock.sleep(35 * MINUTE)
        first = false
      },
    })
    await worker.clock.advance(49 * MINUTE)
    expect(worker.runs.map(({ at }) => at)).toEqual(['2026-01-05T06:10:00.000Z', '2026-01-05T06:45:00.000Z'])
    expect(worker.mostAtWork()).toBe(1)
  })

  test('a config without any schedule is refused', async () => {
    const worker = startWorker({ jobs: [] })
    await expect(worker.done).rejects.toThrow(UserError)
    await expect(worker.done).rejects.toThrow('no job of the config has a schedule')
  })
})

describe('catch-up', () => {
  test('a job that was due since its last sealed run is run once at the start', async () => {
    const worker = startWorker({
      jobs: [daily('late', 5), daily('on-time', 5)],
      histories: {
        late: { opened: sealedRun(1, '2026-01-01T05:00:01Z'), sealed: sealedRun(1, '2026-01-01T05:00:01Z') },
        'on-time': { opened: sealedRun(2, '2026-01-05T05:00:01Z'), sealed: sealedRun(2, '2026-01-05T05:00:01Z') },
      },
    })
    await worker.clock.advance(MINUTE)
    expect(worker.runs).toEqual([{ job: 'late', trigger: 'catch-up', at: '2026-01-05T06:00:00.000Z' }])
  })

  test('a job that never ran has missed nothing', async () => {
    const worker = startWorker({ jobs: [daily('new', 5)] })
    await worker.clock.advance(MINUTE)
    expect(worker.runs).toEqual([])
    expect(worker.health().status).toBe('ok')
  })

  const unsealed = { number: 4, openedAt: '2026-01-05T05:00:00.100Z' } as const

  test('a run that was never sealed does not count as run', async () => {
    const worker = startWorker({
      jobs: [daily('crashed', 5)],
      histories: {
        crashed: { opened: { ...unsealed, trigger: 'schedule' }, sealed: sealedRun(3, '2026-01-04T05:00:01Z') },
      },
    })
    await worker.clock.advance(MINUTE)
    expect(worker.runs.map(({ trigger }) => trigger)).toEqual(['catch-up'])
  })

  test('neither does the first run of a job, if it was never sealed', async () => {
    const worker = startWorker({
      jobs: [daily('crashed', 5)],
      histories: { crashed: { opened: { ...unsealed, trigger: 'schedule' } } },
    })
    await worker.clock.advance(MINUTE)
    expect(worker.runs.map(({ trigger }) => trigger)).toEqual(['catch-up'])
  })

  test('a catch-up that brought the worker down is not tried again, and shows as overdue', async () => {
    const worker = startWorker({
      jobs: [daily('deadly', 5)],
      histories: {
        deadly: { opened: { ...unsealed, trigger: 'catch-up' }, sealed: sealedRun(3, '2026-01-04T05:00:01Z') },
      },
    })
    await worker.clock.advance(MINUTE)
    expect(worker.runs).toEqual([])
    expect(worker.get().status).toBe(503)
    expect(worker.health().jobs[0]?.problems).toEqual(['overdue'])
  })

  test('a time that passed while the process could not act is made up for', async () => {
    const worker = startWorker({ jobs: [daily('slept')] })
    await worker.clock.advance(HOUR)
    worker.miss('slept')
    worker.miss('slept')
    await worker.clock.advance(MINUTE)
    expect(worker.runs.map(({ trigger }) => trigger)).toEqual(['catch-up'])
  })
})

describe('stopping', () => {
  test('seals the run at work, drops what waits, and closes the server', async () => {
    const worker = startWorker({
      jobs: [daily('one', 7), daily('two', 7)],
      body: ({ signal }) => worker.clock.sleep(DAY, signal).catch(() => {}),
    })
    await worker.clock.advance(90 * MINUTE)
    expect(worker.health().jobs.map(({ state }) => state)).toEqual(['running', 'queued'])
    worker.stop()
    expect(worker.get().status).toBe(503)
    expect(worker.health().status).toBe('stopping')
    await expect(worker.done).resolves.toBe(true)
    expect(worker.log.find(({ message }) => message === 'run sealed')?.data).toMatchObject({ status: 'partial' })
    expect(worker.runs).toHaveLength(1)
    expect(worker.isServing()).toBe(false)
  })

  test('says so if the run at work could not be sealed', async () => {
    const worker = startWorker({
      jobs: [daily('one', 7)],
      body: async ({ signal }) => {
        await worker.clock.sleep(DAY, signal).catch(() => {})
        throw new StoreError('full', 'no space', { path: '/s', hint: 'Make room.' })
      },
    })
    await worker.clock.advance(2 * HOUR)
    worker.stop()
    await expect(worker.done).resolves.toBe(false)
  })

  test('ends at once while nothing runs, and no schedule fires any more', async () => {
    const worker = startWorker({ jobs: [daily('one', 7)] })
    await worker.clock.advance(MINUTE)
    worker.stop()
    await expect(worker.done).resolves.toBe(true)
    await worker.clock.advance(DAY)
    expect(worker.runs).toEqual([])
  })

  test('ends at once while it waits for the store', async () => {
    const worker = startWorker({ jobs: [daily('one', 7)], body: () => Promise.reject(lockedError()) })
    await worker.clock.advance(61 * MINUTE)
    worker.stop()
    await expect(worker.done).resolves.toBe(true)
  })
})

describe('a store that another process uses', () => {
  test('is waited for, and said once', async () => {
    let busy = true
    const worker = startWorker({
      jobs: [daily('one', 7)],
      body: () => (busy ? Promise.reject(lockedError()) : Promise.resolve()),
    })
    await worker.clock.advance(HOUR + 5 * MINUTE)
    expect(worker.health().jobs[0]).toMatchObject({ state: 'waiting-for-store', problems: [] })
    expect(worker.messages('warn')).toEqual(['the run waits for the store'])

    await worker.clock.advance(40 * MINUTE)
    expect(worker.health().jobs[0]?.problems).toEqual(['overdue'])

    busy = false
    await worker.clock.advance(MINUTE)
    expect(worker.health()).toMatchObject({
      status: 'ok',
      jobs: [{ state: 'idle', lastAttempt: { outcome: 'sealed' } }],
    })
  })
})

describe('a run that is not sealed', () => {
  test('is logged with what to do, shown by its code, and the next one runs', async () => {
    let full = true
    const error = new StoreError('full', 'no space left in /srv/evidence', {
      path: '/srv/evidence',
      hint: 'Make room.',
    })
    const worker = startWorker({
      jobs: [daily('one', 7)],
      body: () => (full ? Promise.reject(error) : Promise.resolve()),
    })
    await worker.clock.advance(2 * HOUR)
    expect(worker.log.find(({ level }) => level === 'error')).toMatchObject({
      data: { job: 'one', code: 'full', problem: 'no space left in /srv/evidence', hint: 'Make room.' },
      message: 'the run was not sealed',
    })
    expect(worker.get().status).toBe(503)
    expect(worker.get().body).not.toContain('/srv')
    expect(worker.health().jobs[0]).toMatchObject({
      lastAttempt: { outcome: 'failed', reason: 'full' },
      problems: ['overdue', 'not-sealed'],
    })

    full = false
    await worker.clock.advance(DAY)
    expect(worker.get().status).toBe(200)
  })

  test('of an error nobody foresaw only the kind is said', async () => {
    const worker = startWorker({
      jobs: [daily('one', 7)],
      body: () => Promise.reject(new TypeError('token ghp_canary of person@example.com')),
    })
    await worker.clock.advance(2 * HOUR)
    expect(worker.health().jobs[0]?.lastAttempt?.reason).toBe('TypeError')
    expect(JSON.stringify([worker.log, worker.get()])).not.toMatch(/canary|person@/)
  })
})

describe('a config that changes', () => {
  test('is read again before each run: schedules start, move and end', async () => {
    const worker = startWorker({ jobs: [daily('stays', 7), daily('moves', 8), daily('goes', 9)] })
    await worker.clock.advance(30 * MINUTE)
    worker.config.sha256 = 'b'.repeat(64)
    worker.config.jobs = [daily('stays', 7), daily('moves', 10), daily('comes', 11)]
    await worker.clock.advance(6 * HOUR)
    expect(worker.runs.map(({ job, at }) => `${job} ${at.slice(11, 16)}`)).toEqual([
      'stays 07:00',
      'moves 10:00',
      'comes 11:00',
    ])
    expect(worker.health()).toMatchObject({
      status: 'ok',
      config: { status: 'valid', sha256: 'b'.repeat(64) },
      jobs: [{ id: 'stays' }, { id: 'moves' }, { id: 'comes' }],
    })
  })

  test('to something invalid: runs are skipped, it is said once and shown, until it is corrected', async () => {
    const worker = startWorker({ jobs: [{ id: 'hourly', schedule: '0 * * * *', timeZone: 'UTC' }] })
    worker.config.broken = new UserError('affiant.yaml:3:1  expected a folder', 'Correct affiant.yaml.')
    await worker.clock.advance(3 * HOUR)
    expect(worker.runs).toEqual([])
    expect(worker.log.filter(({ level }) => level === 'error').map(({ data }) => data)).toEqual([
      { code: 'config-or-secrets', problem: 'affiant.yaml:3:1  expected a folder', hint: 'Correct affiant.yaml.' },
    ])
    expect(worker.get().status).toBe(503)
    expect(worker.health()).toMatchObject({
      status: 'failing',
      config: { status: 'invalid' },
      jobs: [{ lastAttempt: { outcome: 'skipped', reason: 'config-invalid' } }],
    })

    delete worker.config.broken
    await worker.clock.advance(HOUR)
    expect(worker.runs).toHaveLength(1)
    expect(worker.get().status).toBe(200)
    expect(worker.messages('info')).toContain('the config is valid again')
  })

  test('a job that was taken out while it waited is not run', async () => {
    const worker = startWorker({
      jobs: [daily('long', 7), daily('gone', 7)],
      body: () => worker.clock.sleep(HOUR),
    })
    await worker.clock.advance(90 * MINUTE)
    worker.config.sha256 = 'b'.repeat(64)
    worker.config.jobs = [daily('long', 7)]
    await worker.clock.advance(2 * HOUR)
    expect(worker.runs.map(({ job }) => job)).toEqual(['long'])
  })

  test('is invalid at the start: the worker does not start', async () => {
    const broken = new UserError('affiant.yaml:1:1  expected a mapping', 'Correct it.')
    const worker = startWorker({ jobs: [daily('one')], broken })
    await expect(worker.done).rejects.toBe(broken)
    expect(worker.isServing()).toBe(false)
  })
})

describe('/healthz', () => {
  test('tells the last and the next run of each job', async () => {
    const sealed = sealedRun(41, '2026-01-05T05:00:00Z')
    const worker = startWorker({ jobs: [daily('one', 5)], histories: { one: { opened: sealed, sealed } } })
    await worker.clock.advance(0)
    expect(worker.get().status).toBe(200)
    expect(worker.health()).toEqual({
      schema: 'affiant.health/1',
      status: 'ok',
      version: '1.2.3',
      at: '2026-01-05T06:00:00.000Z',
      startedAt: '2026-01-05T06:00:00.000Z',
      config: { status: 'valid', sha256: 'a'.repeat(64) },
      jobs: [
        {
          id: 'one',
          schedule: '0 5 * * *',
          timeZone: 'UTC',
          state: 'idle',
          lastRun: {
            number: 41,
            status: 'complete',
            trigger: 'schedule',
            openedAt: '2026-01-05T05:00:00.000Z',
            sealedAt: '2026-01-05T05:02:00.000Z',
          },
          lastAttempt: null,
          nextRun: '2026-01-06T05:00:00.000Z',
          problems: [],
        },
      ],
    })
  })

  test('a run that takes long is not overdue, one that waits behind it is', async () => {
    const worker = startWorker({
      jobs: [daily('long', 7), daily('behind', 7)],
      body: () => worker.clock.sleep(3 * HOUR),
    })
    await worker.clock.advance(HOUR + 45 * MINUTE)
    expect(worker.health().jobs.map(({ id, state, problems }) => ({ id, state, problems }))).toEqual([
      { id: 'long', state: 'running', problems: [] },
      { id: 'behind', state: 'queued', problems: ['overdue'] },
    ])
  })

  test.each([
    ['GET', '/', 404],
    ['GET', '/healthz/x', 404],
    ['POST', '/healthz', 405],
    ['HEAD', '/healthz', 200],
  ])('%s %s gives %i', async (method, path, status) => {
    const worker = startWorker({ jobs: [daily('one')] })
    await worker.clock.advance(0)
    expect(worker.get(path, method).status).toBe(status)
  })
})
