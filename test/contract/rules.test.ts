import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type Collector,
  DeniedError,
  defineCollector,
  InvalidError,
  type Page,
  ReadError,
  type Reader,
  type Scope,
  z,
} from 'affiant/sdk'
import { checkContract, type Fixture, type ViolationCode } from 'affiant/testing'
import { expect, it } from 'vitest'
import { usersHaveSecondFactor } from '../example-collector/ledgerly/checks/users-have-second-factor.ts'
import type { Client } from '../example-collector/ledgerly/client.ts'
import { fixture } from '../example-collector/ledgerly/fixture.ts'
import { collector as honest } from '../example-collector/ledgerly/index.ts'
import { users } from '../example-collector/ledgerly/streams/users.ts'

type Collect = (client: Client, scope: Scope, reader: Reader) => AsyncIterable<Page>

const reading = (collect: Collect) => defineCollector({ ...honest, streams: [{ ...users, collect }] })
const nothing: Page = { records: [], number: 1, last: true }

/** The honest pages, with what each error is turned into. */
const turning = (turn: (error: unknown) => unknown) =>
  reading(async function* (client, scope, reader) {
    try {
      yield* users.collect(client, scope, reader)
    } catch (error) {
      throw turn(error)
    }
  })

type Increment = NonNullable<(typeof users)['sweep']>['increment']

/** The honest pages, and an increment on them. */
const sweeping = (increment: Increment) =>
  defineCollector({ ...honest, streams: [{ ...users, sweep: { every: '7d', increment } }] })

/** Asks who there is, and reads those who are new. */
const honestIncrement: Increment = async function* (client, scope, reader, previous) {
  const listed = new Map<string, unknown>()
  for await (const { records } of users.collect(client, scope, reader)) {
    for (const record of records) listed.set(users.record.parse(record).id, record)
  }
  const total = listed.size
  const carried = []
  for await (const one of previous.records()) if (listed.delete(one.key)) carried.push(one)
  yield { records: [...listed.values()], carried, number: 1, last: true, total }
}

let counter = 0

const LIES: readonly [string, ViolationCode, unknown, Partial<Fixture>?][] = [
  [
    'asks for page 2 early',
    'prefetches',
    reading(async function* (client) {
      const first = await client.users('')
      const second = client.users(first.next ?? '')
      second.catch(() => undefined)
      yield { records: first.users, number: 1, last: false }
      yield { records: (await second).users, number: 2, last: true }
    }),
  ],
  [
    'shows a command that the source can change',
    'reproduce-unsafe',
    defineCollector({ ...honest, streams: [{ ...users, reproduce: ({ id }) => `ledgerly users --of '${id}'` }] }),
  ],
  [
    'fails when it is asked for a command',
    'reproduce-unsafe',
    defineCollector({
      ...honest,
      streams: [
        {
          ...users,
          reproduce: () => {
            throw new InvalidError('no command')
          },
        },
      ],
    }),
  ],
  [
    'reads less in its other way',
    'fault-not-noticed',
    reading(async function* (client, scope, reader) {
      const all = await reader.orElse(
        () => Array.fromAsync(users.collect(client, scope, reader)),
        async () => [nothing],
      )
      yield* all
    }),
    {
      routes: Object.fromEntries(
        Object.entries(fixture.routes ?? {}).map(([key, answer]) => [key, { ...answer, mayBeReplaced: true }]),
      ),
    },
  ],
  [
    'numbers its records anew each time',
    'not-repeatable',
    reading(async function* (client, scope, reader) {
      for await (const page of users.collect(client, scope, reader)) {
        const records = page.records.map((record) => ({ ...users.record.parse(record), id: `u${(counter += 1)}` }))
        yield { ...page, records }
      }
    }),
  ],
  [
    'follows a list in a circle',
    'endless-pages',
    reading(async function* (client) {
      let cursor: string | null = ''
      for (let number = 1; cursor !== null; number++) {
        const page: Awaited<ReturnType<typeof client.users>> = await client.users(cursor)
        cursor = page.next
        yield { records: page.users, number, last: cursor === null }
      }
    }),
  ],
  [
    'forgets a record in its increment',
    'increment-differs',
    sweeping(async function* (client, scope, reader, previous) {
      for await (const page of honestIncrement(client, scope, reader, previous)) {
        const { total: _, ...rest } = page
        yield { ...rest, carried: page.carried?.slice(1) ?? [] }
      }
    }),
  ],
  [
    'counts otherwise in its increment',
    'increment-differs',
    sweeping(async function* (client, scope, reader, previous) {
      for await (const page of honestIncrement(client, scope, reader, previous)) yield { ...page, total: 1 }
    }),
  ],
  [
    'reads everything again in its increment',
    'increment-differs',
    sweeping((client, scope, reader) => users.collect(client, scope, reader)),
  ],
  [
    'takes what was for what is',
    'increment-differs',
    sweeping(async function* (client, scope, reader, previous) {
      const carried = []
      for await (const one of previous.records()) carried.push(one)
      yield { records: [], carried, number: 1, last: true }
    }),
  ],
  [
    'swallows a refusal in its increment',
    'swallows-failure',
    sweeping(async function* (client, scope, reader, previous) {
      try {
        yield* honestIncrement(client, scope, reader, previous)
      } catch {
        const carried = []
        for await (const one of previous.records()) carried.push(one)
        yield { records: [], carried, number: 1, last: true }
      }
    }),
  ],
  [
    'has a cadence that is none',
    'manifest-incomplete',
    { ...honest, streams: [{ ...users, sweep: { every: 'weekly', increment: honestIncrement } }] },
  ],
  ['names a limit it does not have', 'manifest-limits', { ...honest, streams: [{ ...users, limit: 'apps' }] }],
  [
    'has a limit for some paths only',
    'manifest-limits',
    { ...honest, limits: [{ ...honest.limits[0], path: '/api/**' }] },
  ],
  ['uses more than all of a limit', 'manifest-limits', { ...honest, limits: [{ ...honest.limits[0], share: 1.5 }] }],
  [
    'names a permission it does not declare',
    'permission-not-named',
    turning((error) => (error instanceof DeniedError ? new DeniedError('no', { permission: 'admin:all' }) : error)),
  ],
  ['hides the reason', 'wrong-reason', turning(() => new InvalidError('something went wrong'))],
  [
    'takes an answer of another shape for an empty list',
    'fault-not-noticed',
    reading(async function* (client, scope, reader) {
      try {
        yield* users.collect(client, scope, reader)
      } catch (error) {
        if (error instanceof ReadError) throw error
        yield nothing
      }
    }),
  ],
  [
    'swallows an error inside of an observation',
    'swallows-failure',
    reading(async function* (client, scope, reader) {
      await reader.observe('users', () => client.users('').catch(() => undefined))
      yield* users.collect(client, scope, reader)
    }),
  ],
  [
    'goes on after a stop',
    'ignores-abort',
    reading(async function* (client, scope, reader) {
      await client.users('').catch(() => client.users(''))
      yield* users.collect(client, scope, reader)
    }),
  ],
  [
    'cannot be closed',
    'not-closed',
    defineCollector({ ...honest, close: () => Promise.reject(new TypeError('already gone')) }),
  ],
  [
    'has a connection of its own',
    'bypasses-engine',
    defineCollector({
      ...honest,
      async open(context) {
        await fetch('http://127.0.0.1:59999/').catch(() => undefined)
        return honest.open(context)
      },
    }),
  ],
  [
    'prints',
    'bypasses-engine',
    defineCollector({
      ...honest,
      open(context) {
        // oxlint-disable-next-line no-console -- what this lie is about
        console.log('opening')
        return honest.open(context)
      },
    }),
  ],
  ['writes addresses in clear', 'leaks-person', defineCollector({ ...honest, streams: [{ ...users, redact: {} }] })],
  [
    'accepts any key in its config',
    'config-unknown-key',
    defineCollector({ ...honest, config: z.object({ company: z.string().describe('Id of the company.') }) }),
  ],
  [
    'does not describe its config',
    'config-undescribed',
    defineCollector({ ...honest, config: z.strictObject({ company: z.string() }) }),
  ],
  ['has a fixture its config refuses', 'config-example', honest, { config: { company: '' } }],
  ['has a foreign id', 'manifest-ids', { ...honest, streams: [{ ...users, id: 'other.users' }] }],
  [
    'says nothing of permissions',
    'manifest-incomplete',
    { ...honest, streams: [{ ...users, permissions: undefined }] },
  ],
  [
    'says nothing of criteria',
    'manifest-incomplete',
    { ...honest, checks: [{ ...usersHaveSecondFactor, criteria: undefined }] },
  ],
  [
    'has a population whose records do not say when',
    'manifest-incomplete',
    { ...honest, streams: [{ ...users, occurredAt: 'at' }] },
  ],
  ['has a document that no rule takes', 'manifest-incomplete', { ...honest, queries: { users: 'query { users }' } }],
  [
    'sends a mutation',
    'writes',
    defineCollector({
      ...honest,
      queries: { users: 'query { users }' },
      reads: [{ method: 'POST', path: '/graphql', queries: true, why: 'Asks a document.' }],
      async open(context) {
        const headers = { 'content-type': 'application/json' }
        const body = JSON.stringify({ query: 'mutation { deleteUsers }' })
        await context.fetch('https://ledgerly.example.com/graphql', { method: 'POST', headers, body }).catch(() => {})
        return honest.open(context)
      },
    }),
  ],
  ['has an old README', 'readme-stale', { ...honest, streams: [{ ...users, version: 2 }] }],
  [
    'has an example that is none',
    'example-disagrees',
    {
      ...honest,
      checks: [
        { ...usersHaveSecondFactor, examples: { ...usersHaveSecondFactor.examples, fail: { record: { id: 'u1' } } } },
      ],
    },
  ],
  [
    'always passes',
    'example-disagrees',
    { ...honest, checks: [{ ...usersHaveSecondFactor, evaluate: () => ({ status: 'pass' }) }] },
  ],
  [
    'concludes from an empty list',
    'concludes-from-nothing',
    {
      ...honest,
      checks: [
        {
          ...usersHaveSecondFactor,
          kind: 'all',
          inputs: { users },
          examples: {},
          async *evaluate() {
            yield { subject: 'users', status: 'pass' }
          },
        },
      ],
    },
  ],
  [
    'cannot read its fixture',
    'baseline-incomplete',
    reading(() => {
      throw new InvalidError('no')
    }),
  ],
  [
    'is short of an answer',
    'fixture-incomplete',
    honest,
    { routes: { '/company': { body: { id: 'acme', name: 'A' } } } },
  ],
  ['does not count its records', 'fixture-incomplete', honest, { records: {} }],
  [
    'has no two pages',
    'fixture-incomplete',
    honest,
    { pages: { stream: 'ledgerly.users', first: '/a', second: '/b' } },
  ],
  [
    'has answers nobody reads',
    'answer-not-asked-for',
    honest,
    { routes: { ...fixture.routes, '/groups': { body: [] } } },
  ],
  [
    'refuses fields that are new',
    'baseline-incomplete',
    defineCollector({
      ...honest,
      async open(context) {
        const answer = await context.fetch('https://ledgerly.example.com/api/acme/company')
        z.strictObject({ id: z.string(), name: z.string() }).parse(await answer.json())
        return honest.open(context)
      },
    }),
  ],
]

it.each(LIES)('a collector that %s is told so: %s', async (_, code, collector, changed) => {
  const violations = await checkContract(collector as Collector, { ...fixture, ...changed })
  expect(violations.map((violation) => violation.code)).toContain(code)
  for (const { what, instead } of violations) expect([what, instead]).not.toContain('')
})

it('a collector with an honest increment is told nothing', async () => {
  expect(await checkContract(sweeping(honestIncrement) as unknown as Collector, fixture)).toEqual([])
})

it('a collector whose manifest loads a library is told which', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'affiant-manifest-'))
  try {
    const library = pathToFileURL(join(import.meta.dirname, '../../node_modules/commander/index.js')).href
    await writeFile(join(folder, 'index.ts'), `import '${library}'\n`)
    const violations = await checkContract(honest, { ...fixture, folder })
    expect(violations).toContainEqual(
      expect.objectContaining({ code: 'manifest-loads-sdk', what: 'loading the manifest also loads commander' }),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
