import {
  type AccessGuide,
  checkEach,
  defineCollector,
  defineStream,
  DeniedError,
  fail,
  observedOf,
  onlyPage,
  pass,
  type Scope,
  UnavailableError,
  unknown,
  z,
} from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { type DoctorRequest, examine } from '../../src/collect/doctor.ts'
import { openSeams } from '../../src/collect/seams.ts'
import { Secret } from '../../src/sdk/secret.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { silentLog } from '../support/pipeline.ts'

const NOW = '2026-01-05T06:00:00.000Z'

interface World {
  granted?: readonly string[]
  /** Paths that are refused. */
  denied?: readonly string[]
  down?: readonly string[]
  mfa?: 'on' | 'not-shown'
  details?: number
  /** Details are read one after the other. */
  serial?: boolean
  access?: AccessGuide
  name?: string
  scopes?: readonly Scope[]
  /** Value of the `Date` header, by path. */
  date?: (path: string) => string | undefined
  disabled?: string
  estimate?: (get: Get) => Promise<Readonly<Record<string, number>>>
  perMinute?: number
  onClose?: (requests: number) => void
}

type Get = (path: string) => Promise<unknown>

const person = z.strictObject({ id: z.string(), mfa: z.enum(['on', 'not-shown']) })
const people = defineStream({
  id: 'demo.people',
  version: 1,
  title: 'People',
  record: person,
  key: ({ id }) => id,
  permissions: [{ name: 'people:read', why: 'Lists people.', url: 'https://example.com/people' }],
  async *collect(get: Get) {
    yield { number: 1, last: false, total: 300, records: [await get('/people?page=1')].flat() }
    yield { number: 2, last: true, total: 300, records: [await get('/people?page=2')].flat() }
  },
})
const devices = defineStream({
  id: 'demo.devices',
  version: 1,
  title: 'Devices',
  record: z.strictObject({ id: z.string(), lock: observedOf(z.unknown()) }),
  key: ({ id }) => id,
  permissions: [
    { name: 'devices:read', why: 'Lists devices.', url: 'https://example.com/devices' },
    { name: 'locks:read', why: 'Shows locks.', url: 'https://example.com/locks' },
  ],
  async *collect(get: Get, _scope, reader) {
    const ids = [await get('/devices')].flat() as string[]
    const read = async (id: string) => ({
      id,
      lock: await reader.observe(`device ${id}`, () => get(`/locks/${id}`)),
    })
    if (!ids[0]?.startsWith('serial')) yield onlyPage(await Promise.all(ids.map(read)))
    else {
      const records = []
      for (const id of ids) records.push(await read(id))
      yield onlyPage(records)
    }
  },
})
const mfaOn = checkEach(people, {
  id: 'demo.mfa-on',
  revision: 1,
  title: 'Everyone has a second factor',
  severity: 'high',
  rationale: 'A password alone is not enough.',
  remediation: 'Turn it on.',
  criteria: () => ({ pass: 'on', fail: 'off' }),
  examples: { pass: { record: { id: 'a', mfa: 'on' } }, fail: { record: { id: 'a', mfa: 'on' } } },
  evaluate: ({ mfa }) => (mfa === 'on' ? pass() : unknown('denied', 'not shown')),
})
const locked = checkEach(devices, {
  ...mfaOn,
  id: 'demo.devices-locked',
  examples: {
    pass: { record: { id: 'a', lock: { state: 'absent' } } },
    fail: { record: { id: 'a', lock: { state: 'absent' } } },
  },
  evaluate: ({ lock }) => (lock.state === 'unknown' ? unknown(lock.reason) : fail('open')),
})

async function examined(world: World = {}) {
  const requests: string[] = []
  const collector = defineCollector({
    apiVersion: 1,
    id: 'demo',
    title: 'Demo',
    docs: 'https://example.com',
    config: z.strictObject({}),
    secrets: { token: 'A token.' },
    limits: [{ id: 'all', perMinute: world.perMinute ?? 60_000, concurrency: 10, share: 0.5 }],
    async open({ fetch }): Promise<Get> {
      return async (path) => {
        const answer = await fetch(`https://demo.example.com${path}`)
        if (answer.status === 403) {
          throw new DeniedError('refused', path.startsWith('/locks') ? { permission: 'locks:read' } : {})
        }
        if (answer.status === 404) throw new UnavailableError('gone')
        return answer.json()
      }
    },
    async identify(get) {
      await get('/self')
      return {
        id: '7',
        name: world.name ?? 'acme',
        principal: { kind: 'user', name: 'auditor' },
        ...(world.granted && { granted: world.granted }),
      }
    },
    expects: () => ({ name: 'acme' }),
    async *scopes() {
      yield* world.scopes ?? [{ id: 'acme' }]
    },
    streams: [{ ...people, ...(world.estimate && { estimate: world.estimate }) }, devices],
    close: async () => world.onClose?.(requests.length),
    checks: [mfaOn, locked],
    ...(world.access && { access: world.access }),
  })
  const clock = manualClock(NOW)
  const ids = Array.from({ length: world.details ?? 1 }, (_, i) => `${world.serial ? 'serial-' : 'd'}${i}`)
  const answers: Record<string, unknown> = {
    '/people?page=1': [{ id: 'a', mfa: world.mfa ?? 'on' }],
    '/devices': ids,
  }
  const request: DoctorRequest = {
    sources: [
      {
        id: 'demo-acme',
        collector,
        config: {},
        secrets: { token: new Secret('hunter2') },
        limits: collector.limits,
      },
    ],
    checks: world.disabled === undefined ? {} : { [world.disabled]: { disabled: 'not ours' } },
    seamsFor: (source) =>
      openSeams(source, {
        async fetch(input) {
          const { pathname, search } = new URL(input instanceof Request ? input.url : input)
          const path = pathname + search
          requests.push(path)
          const hit = (list: readonly string[] = []) => list.some((each) => path.startsWith(each))
          const date = world.date?.(path)
          return new Response(JSON.stringify(answers[path] ?? {}), {
            status: hit(world.denied) ? 403 : hit(world.down) ? 404 : 200,
            headers: { 'content-type': 'application/json', ...(date && { date }) },
          })
        },
        spawn: () => {
          throw new Error('no command')
        },
        env: {},
        folder: '/',
        clock,
        random: () => 0,
        log: silentLog,
      }),
    clock,
    log: silentLog,
    period: { from: new Date(0), to: new Date(NOW) },
    signal: new AbortController().signal,
    deadlineMs: 60_000,
    concurrency: 2,
  }
  const [one] = await clock.drive(examine(request))
  if (one === undefined) throw new Error('no examination')
  return { one, requests }
}

/** Names of two levels: `all` includes everything, other rights themselves. */
const access: AccessGuide = {
  includes: (granted, permission) => granted.includes('all') || granted.includes(permission),
  excess: (granted) => (granted === 'all' ? 'Use single rights' : undefined),
  grant: (permission) => `Admin > ${permission}`,
  steps: () => ['Open the admin page'],
  longLived: () => 'Use a role',
}

describe('effort', () => {
  it('is asked of streams that can tell, and comes to minutes at the share of the limits', async () => {
    const estimate = async (get: Get) => ({ all: Array.isArray(await get('/people?page=1')) ? 1_001 : 0, other: 7 })
    const { one } = await examined({ estimate, perMinute: 400 })
    expect(one.effort).toEqual({
      minutes: 6,
      streams: ['demo.people'],
      budgets: [{ limit: 'all', requests: 1_001, perMinute: 200 }],
      deadlineMinutes: 1,
      tooLong: [{ stream: 'demo.people', minutes: 6 }],
    })
  })

  it('is not told where no stream can, and an estimate that fails costs nothing else', async () => {
    expect((await examined()).one.effort).toBeUndefined()
    const { one } = await examined({ estimate: (get) => get('/refused') as never, denied: ['/refused'] })
    expect(one.effort).toBeUndefined()
    expect(one.items.map(({ outcome }) => outcome.status)).toEqual(['complete', 'complete'])
    expect(one.missing).toEqual([])
  })

  it('is asked for before the session is closed, once', async () => {
    const closed: number[] = []
    const estimate = async (get: Get) => ({ all: [await get('/count')].length })
    const { requests } = await examined({ estimate, onClose: (made) => closed.push(made) })
    expect(requests).toContain('/count')
    expect(closed).toEqual([requests.length])
  })
})

describe('probe', () => {
  it('reads the first page of each stream and nothing after it', async () => {
    const { one, requests } = await examined()
    expect(requests.toSorted()).toEqual(['/devices', '/locks/d0', '/people?page=1', '/self'])
    expect(one.items.map(({ stream, outcome }) => [stream, outcome.status])).toEqual([
      ['demo.people', 'complete'],
      ['demo.devices', 'complete'],
    ])
    expect(one).toMatchObject({ missing: [], limits: [], mismatch: false, compared: false })
  })

  it.each([
    ['at once', false, 20],
    ['one after the other', true, 31],
  ])(
    'makes few sub-reads of a page that starts them %s, and does not take the others for refused',
    async (_, serial, made) => {
      const { one, requests } = await examined({ details: 100, serial })
      expect(requests.filter((path) => path.startsWith('/locks/'))).toHaveLength(made)
      expect(one.missing).toEqual([])
      expect(one.limits).toEqual([])
    },
  )

  it('does not read scopes that config leaves out, and names them', async () => {
    const { one, requests } = await examined({ scopes: [{ id: 'old', excluded: 'sold' }] })
    expect(requests).toEqual(['/self'])
    expect(one.scopes).toEqual([{ id: 'old', excluded: 'sold' }])
  })
})

describe('identity', () => {
  it('is what the source says, the principal by name', async () => {
    const { one } = await examined({ granted: ['x'] })
    expect(one.identity).toEqual({
      id: '7',
      name: 'acme',
      principal: { kind: 'user', name: 'auditor' },
      granted: ['x'],
    })
  })

  it('that differs from config is reported, and nothing is read', async () => {
    const { one, requests } = await examined({ name: 'other' })
    expect(one).toMatchObject({ mismatch: true, identity: { name: 'other' }, expected: { name: 'acme' } })
    expect(one.outcome).toMatchObject({ status: 'failed', reason: 'invalid' })
    expect(requests).toEqual(['/self'])
  })

  it('that cannot be asked for is no mismatch and blames no single right', async () => {
    const { one } = await examined({ denied: ['/self'] })
    expect(one.outcome.reason).toBe('denied')
    expect(one).toMatchObject({ mismatch: false, missing: [] })
    expect(one.identity).toBeUndefined()
  })
})

describe('missing permissions', () => {
  it('refused: the one the error names, else all the stream declares', async () => {
    const { one } = await examined({ denied: ['/people', '/locks'] })
    expect(one.missing.map(({ permission, by, streams }) => [permission, by, streams])).toEqual([
      ['locks:read', ['refused'], ['demo.devices']],
      ['people:read', ['refused'], ['demo.people']],
    ])
    expect(one.missing[1]).toMatchObject({ why: 'Lists people.', url: 'https://example.com/people' })
  })

  it('hidden: the page came, but a check misses what its only permission opens', async () => {
    const { one } = await examined({ mfa: 'not-shown' })
    expect(one.missing).toMatchObject([{ permission: 'people:read', by: ['hidden'], streams: ['demo.people'] }])
  })

  it('not looked for on behalf of a check that is turned off', async () => {
    const { one } = await examined({ mfa: 'not-shown', disabled: 'demo.mfa-on' })
    expect(one.missing).toEqual([])
    expect(one.checks.map(({ id }) => id)).toEqual(['demo.devices-locked'])
  })

  it('not granted: although the first page could be read', async () => {
    const { one } = await examined({ access, granted: ['people:read', 'devices:read'] })
    expect(one.missing).toMatchObject([
      { permission: 'locks:read', by: ['not-granted'], streams: ['demo.devices'], grant: 'Admin > locks:read' },
    ])
    expect(one.compared).toBe(true)
  })

  it('none are claimed from granted rights whose meaning nobody declared', async () => {
    expect((await examined({ granted: ['something'] })).one).toMatchObject({ missing: [], compared: false })
    const cannotTell = { ...access, includes: () => undefined }
    expect((await examined({ granted: [], access: cannotTell })).one.missing).toEqual([])
  })

  it('are not blamed for what is merely unavailable', async () => {
    const { one } = await examined({ down: ['/people'] })
    expect(one.missing).toEqual([])
    expect(one.items[0]?.outcome.reason).toBe('unavailable')
  })
})

it('names granted rights that go too far, and credentials that live too long', async () => {
  const { one } = await examined({ access, granted: ['all'] })
  expect(one).toMatchObject({
    missing: [],
    excess: [{ right: 'all', instead: 'Use single rights' }],
    longLived: 'Use a role',
    steps: ['Open the admin page'],
  })
})

describe('clock', () => {
  const at = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1000).toUTCString()

  it.each([
    [-7200, 7200],
    [90, -90],
    [0, 0],
  ])('a source whose date is %i s from ours means we are %i s ahead', async (theirs, ahead) => {
    const { one } = await examined({ date: () => at(theirs) })
    // Half a second is taken off for the header's cut-off fraction; rounding may give it back.
    expect(Math.abs((one.clock?.aheadSeconds ?? Number.NaN) - ahead)).toBeLessThanOrEqual(1)
    expect(one.clock?.answers).toBe(4)
  })

  it('one answer with a wrong date does not count against the others', async () => {
    const { one } = await examined({ date: (path) => at(path === '/self' ? 86_400 : 0) })
    expect(Math.abs(one.clock?.aheadSeconds ?? Number.NaN)).toBeLessThanOrEqual(1)
  })

  it('is not measured where no answer carries a date, or none that can be read', async () => {
    expect((await examined()).one.clock).toBeUndefined()
    expect((await examined({ date: () => 'yesterday' })).one.clock).toBeUndefined()
  })
})
