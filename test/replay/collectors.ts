import {
  checkAll,
  checkEach,
  type Collector,
  defineCollector,
  defineStream,
  fail,
  onlyPage,
  type Page,
  pass,
  type Verdict,
  z,
} from 'affiant/sdk'

export const Machine = z.strictObject({ id: z.string(), age: z.int(), owner: z.string().optional() })
export type Machine = z.output<typeof Machine>

export interface Variant {
  revision?: number
  version?: number
  /** Another rule under the same id. */
  judge?: (machine: Machine, maxAge: number) => Verdict
  withoutChecks?: boolean
  key?: (machine: Machine) => string
}

/** What the check of revision 1 says. */
export const judgeAge = ({ age }: Machine, maxAge: number): Verdict =>
  age <= maxAge ? pass() : fail(`${age} days old, at most ${maxAge} are allowed`)

/** A collector of made-up machines; scopes are the keys of `machines`. Its code can be varied under the same ids. */
export function machinesCollector(
  machines: Readonly<Record<string, readonly Machine[] | (() => AsyncIterable<Page>)>>,
  { revision = 1, version = 1, judge = judgeAge, withoutChecks = false, key = ({ id }) => id }: Variant = {},
): Collector {
  const stream = defineStream({
    id: 'lab.machines',
    version,
    title: 'Machines',
    record: Machine,
    key,
    label: ({ id }) => `machine ${id}`,
    permissions: [{ name: 'machines:read', why: 'List machines', url: 'https://example.com' }],
    async *collect(_session: object, scope): AsyncIterable<Page> {
      const found = machines[scope.id] ?? []
      if (typeof found === 'function') yield* found()
      else yield onlyPage(found)
    },
  })
  const common = {
    severity: 'high',
    rationale: 'Old machines break.',
    remediation: 'Replace it.',
  } as const
  const young = checkEach(stream, {
    ...common,
    id: 'lab.machines-young',
    revision,
    title: 'Every machine is young',
    params: z.strictObject({ maxAge: z.int().default(30), approved: z.array(z.string()).default([]) }),
    redactParams: { 'approved.*': 'pseudonym' },
    criteria: ({ maxAge }) => ({ pass: `at most ${maxAge} days old`, fail: `older than ${maxAge} days` }),
    examples: { pass: { record: { id: 'a', age: 1 } }, fail: { record: { id: 'a', age: 99 } } },
    evaluate: (machine, { params }) => judge(machine, params.maxAge),
  })
  const owned = checkAll(
    { machines: stream },
    {
      ...common,
      id: 'lab.machines-owned',
      revision: 1,
      title: 'Most machines have an owner',
      criteria: () => ({ pass: 'an owner', fail: 'none' }),
      examples: {
        pass: { inputs: { machines: [{ id: 'a', age: 1, owner: 'b' }] } },
        fail: { inputs: { machines: [{ id: 'a', age: 1 }] } },
      },
      async *evaluate({ machines: all }) {
        let without = 0
        for await (const { record } of all.items()) if (record.owner === undefined) without += 1
        yield { ...(without === 0 ? pass() : fail(`${without} without an owner`)), subject: 'owners' }
      },
    },
  )
  return defineCollector({
    apiVersion: 1,
    id: 'lab',
    title: 'Lab',
    docs: 'https://example.com',
    config: z.strictObject({}),
    secrets: {},
    limits: [{ id: 'all', perMinute: 6000, concurrency: 10 }],
    open: async () => ({}),
    identify: async () => ({ id: '1', name: 'lab', principal: { kind: 'anonymous', name: 'anonymous' } }),
    expects: () => ({}),
    async *scopes() {
      for (const id of Object.keys(machines)) yield { id }
    },
    streams: [stream],
    checks: withoutChecks ? [] : [young, owned],
  })
}
