import { checkEach, defineCollector, defineStream, fail, type Page, pass, type Previous, stale, z } from 'affiant/sdk'

/** A source of people with keys, as a test sets it up and changes it. */
export interface World {
  id: string
  /** By id of the person. */
  keys: Map<string, { mail: string; keys: number }>
  /** Ids of people whose keys changed since they were last asked for. */
  changed: Set<string>
  /** Ids that were read one by one, in order. */
  read: string[]
  /** How many people the source says it has, if it is not as many as there are. */
  counts?: number
  /** Thrown by reading. */
  fault?: Error | undefined
  /** In place of the honest increment. */
  increment?: (previous: Previous<Person>) => AsyncIterable<Page>
}

const Person = z.strictObject({ id: z.string(), mail: z.string(), keys: z.int() })
export type Person = z.output<typeof Person>

export function worldOf(people: Readonly<Record<string, number>>, id = '1'): World {
  const keys = Object.entries(people).map(
    ([name, count]) => [name, { mail: `${name}@example.com`, keys: count }] as const,
  )
  return { id, keys: new Map(keys), changed: new Set(), read: [] }
}

/** A collector whose stream is read person by person: a full sweep every seven days, increments in between. */
export function sweptCollector(world: World, { version = 1 }: { version?: number } = {}) {
  const read = (id: string): Person => {
    if (world.fault !== undefined) throw world.fault
    world.read.push(id)
    const { mail, keys } = world.keys.get(id) ?? { mail: '', keys: 0 }
    return { id, mail, keys }
  }
  const people = defineStream({
    id: 'swept.people',
    version,
    title: 'People and their keys',
    record: Person,
    key: (person) => person.id,
    permissions: [],
    redact: { mail: 'pseudonym' },
    async *collect() {
      const records = [...world.keys.keys()].map(read)
      yield { records, number: 1, last: true, total: world.counts ?? world.keys.size }
    },
    sweep: {
      every: '7d',
      async *increment(_session, _scope, _reader, previous) {
        if (world.increment !== undefined) return yield* world.increment(previous)
        const carried = []
        const known = new Set<string>()
        for await (const one of previous.records()) {
          known.add(one.record.id)
          if (world.keys.has(one.record.id) && !world.changed.has(one.record.id)) carried.push(one)
        }
        const records = [...world.keys.keys()].filter((id) => world.changed.has(id) || !known.has(id)).map(read)
        yield { records, carried, number: 1, last: true, total: world.counts ?? world.keys.size }
      },
    },
  })
  const hasKey = checkEach(people, {
    id: 'swept.has-key',
    revision: 1,
    title: 'Every person has a key',
    severity: 'high',
    rationale: 'A password alone is not enough.',
    remediation: 'Enroll one.',
    params: z.strictObject({ days: z.int().default(30) }),
    criteria: () => ({ pass: 'a key', fail: 'no key' }),
    examples: {
      pass: { record: { id: 'a', mail: 'a@example.com', keys: 1 } },
      fail: { record: { id: 'a', mail: 'a@example.com', keys: 0 } },
    },
    evaluate: ({ keys }, { readAt, at, params }) =>
      stale({ readAt, at }, params.days) ?? (keys > 0 ? pass() : fail('no key')),
  })
  return defineCollector({
    apiVersion: 1,
    id: 'swept',
    title: 'Swept',
    docs: 'https://example.com',
    config: z.looseObject({}),
    secrets: {},
    limits: [{ id: 'all', perMinute: 6000, concurrency: 10 }],
    open: async () => ({}),
    identify: async () => ({ id: world.id, name: 'swept', principal: { kind: 'anonymous', name: 'anonymous' } }),
    expects: () => ({}),
    async *scopes() {
      yield { id: 'all' }
    },
    streams: [people],
    checks: [hasKey],
  })
}
