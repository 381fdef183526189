import { checkAll, checkEach, defineCollector, defineStream, fail, onlyPage, pass, z } from 'affiant/sdk'
import { expect, it } from 'vitest'

// Each `@ts-expect-error` is the test: `tsc` fails if the line below it compiles.

interface Session {
  read(): Promise<unknown>
}

const stream = <const Id extends `${string}.${string}`>(id: Id) =>
  defineStream({
    id,
    version: 1,
    title: 'Users',
    record: z.strictObject({ id: z.string(), on: z.boolean() }),
    key: (user) => user.id,
    permissions: [],
    async *collect(session: Session) {
      yield onlyPage([await session.read()])
    },
  })
const users = stream('demo.users')
const strangers = stream('demo.strangers')
const foreigners = stream('other.users')

const info = {
  revision: 1,
  title: 'On',
  severity: 'low' as const,
  rationale: 'r',
  remediation: 'r',
  criteria: () => ({ pass: 'on', fail: 'off' }),
}
const examples = { pass: { record: { id: 'a', on: true } }, fail: { record: { id: 'a', on: false } } }
const on = checkEach(users, { ...info, id: 'demo.on', examples, evaluate: (user) => (user.on ? pass() : fail('off')) })
const strangersOn = checkEach(strangers, {
  ...info,
  id: 'demo.strangers-on',
  examples,
  evaluate: () => pass(),
})
const joined = checkAll(
  { users, strangers },
  {
    ...info,
    id: 'demo.joined',
    examples: { pass: { inputs: { users: [], strangers: [] } }, fail: { inputs: { users: [], strangers: [] } } },
    async *evaluate(datasets) {
      for await (const item of datasets.users.items()) yield { subject: item.record.id, ...pass() }
      // @ts-expect-error there is no such input
      datasets.visitors?.items()
    },
  },
)

const base = {
  apiVersion: 1 as const,
  id: 'demo' as const,
  title: 'Demo',
  docs: 'https://example.com',
  config: z.strictObject({ organization: z.string() }),
  secrets: { token: 'a token' },
  limits: [{ id: 'all', perMinute: 60, concurrency: 1 }] as const,
  open: async (): Promise<Session> => ({ read: async () => undefined }),
  identify: async () => ({ id: '1', name: 'demo', principal: { kind: 'app' as const, name: 'demo' } }),
  expects: () => ({}),
  async *scopes() {
    yield { id: 'one' }
  },
}

it('accepts a collector whose checks read its own streams', () => {
  const collector = defineCollector({ ...base, streams: [users, strangers], checks: [on, joined] })
  expect(collector.checks.map(({ id }) => id)).toEqual(['demo.on', 'demo.joined'])
})

it('does not compile a check of a stream the collector does not have', () => {
  // @ts-expect-error demo.strangers is not among the streams
  defineCollector({ ...base, streams: [users], checks: [on, strangersOn] })
  // @ts-expect-error neither here
  const collector = defineCollector({ ...base, streams: [users], checks: [joined] })
  expect(collector.id).toBe('demo')
})

it('does not compile a stream of another collector', () => {
  // @ts-expect-error other.users does not begin with "demo."
  const collector = defineCollector({ ...base, streams: [foreigners], checks: [] })
  expect(collector.id).toBe('demo')
})

it('does not compile a secret that is not declared', () => {
  defineCollector({
    ...base,
    async open(context) {
      context.secrets.token?.reveal()
      // @ts-expect-error only `token` is declared
      context.secrets.password?.reveal()
      return base.open()
    },
    streams: [users],
    checks: [on],
  })
  expect(Object.keys(base.secrets)).toEqual(['token'])
})

it('does not compile a stream without permissions or with half a permission', () => {
  const rest = {
    id: 'demo.users' as const,
    version: 1,
    title: 'Users',
    record: z.strictObject({ id: z.string() }),
    key: (user: { id: string }) => user.id,
    async *collect() {
      yield onlyPage([])
    },
  }
  // @ts-expect-error permissions are required, if only to say that there are none
  defineStream(rest)
  // @ts-expect-error a permission says what it is for and where that is documented
  defineStream({ ...rest, permissions: [{ name: 'users:read' }] })
  expect(defineStream({ ...rest, permissions: [] }).permissions).toEqual([])
})

it('does not compile an example that is not a record of the stream, nor a check without a failing one', () => {
  checkEach(users, {
    ...info,
    id: 'demo.on',
    // @ts-expect-error a user has no `off`
    examples: { ...examples, pass: { record: { id: 'a', off: true } } },
    evaluate: () => pass(),
  })
  // @ts-expect-error `fail` is missing
  checkEach(users, { ...info, id: 'demo.on', examples: { pass: examples.pass }, evaluate: () => pass() })
  expect(on.examples.pass).toEqual(examples.pass)
})
