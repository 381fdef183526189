import {
  about,
  type AllCheck,
  type Check,
  checkAll,
  checkEach,
  defineStream,
  external,
  fail,
  pass,
  type Stream,
  z,
} from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import type { Population } from '../../src/evaluate/datasets.ts'
import { runChecks } from '../../src/evaluate/run-checks.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import type { PlannedCheck } from '../../src/model/plan.ts'
import type { Reason } from '../../src/sdk/errors.ts'
import { memoryEvidence } from '../../src/testing/memory-evidence.ts'

const stream = <Id extends `${string}.${string}`>(id: Id) =>
  defineStream({
    id,
    version: 1,
    title: id,
    record: z.strictObject({ id: z.string(), on: z.boolean() }),
    key: (record) => record.id,
    label: (record) => `user ${record.id}`,
    permissions: [],
    collect: async function* () {},
  })
const users = stream('fake.users')
const admins = stream('fake.admins')

const info = {
  revision: 1,
  title: 'On',
  severity: 'high' as const,
  rationale: 'r',
  remediation: 'r',
  criteria: () => ({ pass: 'on', fail: 'off' }),
}
const example = { record: { id: 'a', on: true } }
const usersOn = checkEach(users, {
  ...info,
  id: 'fake.users-on',
  examples: { pass: example, fail: example },
  evaluate: ({ on }) => (on ? pass() : fail('off')),
})

/** Everybody of `admins` must be in `users`. */
function join(
  partial: Pick<AllCheck, 'onPartialData'> = {},
  other = users as typeof users | ReturnType<typeof external<{ id: string }>>,
) {
  return checkAll(
    { admins, users: other },
    {
      ...info,
      ...partial,
      id: 'fake.admins-known',
      examples: { pass: { inputs: { admins: [], users: [] } }, fail: { inputs: { admins: [], users: [] } } },
      async *evaluate({ admins: all, users: roster }) {
        const known = new Set<string>()
        for await (const { record } of roster.items()) known.add(record.id)
        for await (const item of all.items())
          yield { ...about(item), ...(known.has(item.key) ? pass() : fail('nobody knows')) }
      },
    },
  )
}

interface Given {
  stream: Stream
  source?: string
  scope?: string
  records: object[]
  reason?: Reason
}

async function evaluated(check: Check, given: readonly Given[], more: Partial<PlannedCheck> = {}) {
  const evidence = memoryEvidence()
  const populations: Population[] = []
  for (const {
    stream: { id },
    source = 'fake-a',
    scope = 'one',
    records,
    reason,
  } of given) {
    const writer = await evidence.create()
    for (const record of records) await writer.write(canonicalize(record))
    const { sha256 } = await writer.store()
    const instant = '2026-01-05T06:00:00.000Z'
    populations.push({
      source,
      stream: id,
      scope,
      sha256,
      outcome: {
        status: reason === undefined ? 'complete' : 'partial',
        ...(reason && { reason }),
        pages: 1,
        records: records.length,
        requests: 1,
        gaps: [],
        startedAt: instant,
        endedAt: instant,
      },
    })
  }
  const planned: PlannedCheck = {
    id: check.id,
    revision: 1,
    source: 'fake-a',
    severity: 'high',
    title: check.title,
    inputs: Object.values(check.inputs).map(({ id }) => id),
    params: {},
    criteria: { pass: '', fail: '' },
    remediation: '',
    ...more,
  }
  const streams = new Map<string, Stream>(given.map((population) => [population.stream.id, population.stream]))
  const [result] = await runChecks({
    checks: [planned],
    checkOf: (id) => (id === check.id ? check : undefined),
    streamOf: (id) => streams.get(id),
    populations,
    evidence,
    at: new Date('2026-01-05T06:00:00.000Z'),
  })
  return {
    summary: result?.summary,
    lines: (evidence.objects.get(result?.results.sha256 ?? '') ?? []).map((text) => JSON.parse(text)),
    open: evidence.open,
  }
}

const on = (id: string) => ({ id, on: true })
const off = (id: string) => ({ id, on: false })

describe('runChecks', () => {
  it('judges every record of every scope and names it', async () => {
    const { summary, lines, open } = await evaluated(usersOn, [
      { stream: users, records: [on('a')] },
      { stream: users, scope: 'two', records: [off('a')] },
      { stream: users, source: 'fake-b', records: [off('z')] },
    ])
    expect(summary).toMatchObject({ status: 'fail', counts: { inScope: 2, inspected: 2, passed: 1, failed: 1 } })
    expect(lines).toEqual([
      { name: 'user a', scope: 'one', status: 'pass', subject: 'a' },
      { detail: 'off', name: 'user a', scope: 'two', status: 'fail', subject: 'a' },
    ])
    expect(open).toBe(0)
  })

  it('does not pass on an incomplete stream, and names the plan item', async () => {
    const { summary } = await evaluated(usersOn, [{ stream: users, records: [on('a')], reason: 'denied' }])
    expect(summary).toMatchObject({
      status: 'unknown',
      reason: 'denied',
      incomplete: [{ planItem: 'fake-a/fake.users/one', reason: 'denied' }],
    })
  })

  it('gives unknown for a check that throws or answers nonsense', async () => {
    const throws = {
      ...usersOn,
      evaluate: () => {
        throw new TypeError('ada@example.com')
      },
    } as Check
    const first = await evaluated(throws, [{ stream: users, records: [on('a')] }])
    expect(first.summary).toMatchObject({ status: 'unknown', reason: 'invalid' })
    expect(JSON.stringify(first.lines)).not.toContain('ada@')
    const nonsense = { ...usersOn, evaluate: () => ({ status: 'PASS' }) } as unknown as Check
    const second = await evaluated(nonsense, [{ stream: users, records: [on('a')] }])
    expect(second.summary).toMatchObject({ status: 'unknown', reason: 'invalid', counts: { passed: 0, unknown: 1 } })
  })

  it('accuses nobody in a join while one side is incomplete', async () => {
    const { summary, lines } = await evaluated(join(), [
      { stream: admins, records: [on('a'), on('b')] },
      { stream: users, records: [on('a')], reason: 'throttled' },
    ])
    expect(summary).toMatchObject({
      status: 'unknown',
      reason: 'throttled',
      counts: { failed: 0, passed: 0, unknown: 2 },
    })
    expect(lines[1]).toMatchObject({ status: 'unknown', reason: 'throttled', subject: 'b' })
  })

  it('lets a failure stand on incomplete data where the check says that it is one whatever the rest holds', async () => {
    const { summary } = await evaluated(join({ onPartialData: 'fails-stand' }), [
      { stream: admins, records: [on('b')], reason: 'throttled' },
      { stream: users, records: [] },
    ])
    expect(summary).toMatchObject({ status: 'fail', counts: { failed: 1 } })
  })

  it('lets no failure of absence stand on incomplete data, whatever the check says of the others', async () => {
    const check = checkAll(
      { admins },
      {
        ...info,
        id: 'fake.listed',
        onPartialData: 'fails-stand',
        examples: { pass: { inputs: { admins: [] } }, fail: { inputs: { admins: [] } } },
        async *evaluate() {
          yield { subject: 'nowhere', ...fail('is on nowhere'), ofAbsence: true }
        },
      },
    )
    const partial = await evaluated(check, [{ stream: admins, records: [on('a')], reason: 'throttled' }])
    expect(partial.summary).toMatchObject({ status: 'unknown', reason: 'throttled', counts: { failed: 0, unknown: 1 } })
    const whole = await evaluated(check, [{ stream: admins, records: [on('a')] }])
    expect(whole.summary).toMatchObject({ status: 'fail', counts: { failed: 1 } })
    expect(whole.lines).toEqual([{ status: 'fail', subject: 'nowhere', detail: 'is on nowhere' }])
  })

  it('judges what rests on scopes that were read, and is unknown as a whole for the one that was not', async () => {
    const within = checkAll(
      { admins },
      {
        ...info,
        id: 'fake.within',
        restsOn: (scope, other) => scope === other,
        examples: { pass: { inputs: { admins: [] } }, fail: { inputs: { admins: [] } } },
        async *evaluate({ admins: all }) {
          for await (const item of all.items()) yield { ...about(item), ...pass() }
          yield { subject: 'all of them', ...pass() }
        },
      },
    )
    const { summary, lines } = await evaluated(within, [
      { stream: admins, records: [on('a')] },
      { stream: admins, scope: 'two', records: [on('b')], reason: 'denied' },
    ])
    expect(lines).toMatchObject([
      { subject: 'a', scope: 'one', status: 'pass' },
      { subject: 'b', scope: 'two', status: 'unknown', reason: 'denied' },
      { subject: 'all of them', status: 'unknown', reason: 'denied' },
    ])
    expect(summary).toMatchObject({ status: 'unknown', reason: 'denied' })
    const elsewhere = await evaluated(within, [
      { stream: admins, records: [on('a')] },
      { stream: admins, scope: '*', records: [], reason: 'denied' },
    ])
    expect(elsewhere.lines[0]).toMatchObject({ subject: 'a', status: 'unknown' })
  })

  it('joins streams of other collectors over all their sources, and is unknown when there is none', async () => {
    const check = join({}, external('idp.users', z.object({ id: z.string() })))
    const idp = stream('idp.users')
    const joined = await evaluated(check, [
      { stream: admins, records: [on('a'), on('b')] },
      { stream: idp, source: 'idp-1', records: [on('a')] },
      { stream: idp, source: 'idp-2', records: [on('b')] },
    ])
    expect(joined.summary).toMatchObject({ status: 'pass', counts: { passed: 2 } })
    const alone = await evaluated(check, [{ stream: admins, records: [on('a')] }])
    expect(alone.summary).toMatchObject({
      status: 'unknown',
      reason: 'unavailable',
      incomplete: [{ planItem: '*/idp.users/*', reason: 'unavailable' }],
    })
  })

  it('judges without an optional stream that no source has, and says so to the check', async () => {
    const seen: unknown[] = []
    const check = checkAll(
      { admins, users: external('idp.users', z.object({ id: z.string() }), { optional: true }) },
      {
        ...info,
        id: 'fake.optional',
        examples: { pass: { inputs: { admins: [] } }, fail: { inputs: { admins: [], users: [] } } },
        async *evaluate({ admins: all, users: roster }) {
          seen.push(roster.absent)
          for await (const item of all.items()) yield { ...about(item), ...pass() }
        },
      },
    )
    const admin = { stream: admins, records: [on('a')] }
    const idp = { stream: stream('idp.users'), source: 'idp-1', records: [] }
    expect((await evaluated(check, [admin])).summary).toMatchObject({ status: 'pass', incomplete: [] })
    expect((await evaluated(check, [admin, idp])).summary).toMatchObject({ status: 'pass' })
    expect((await evaluated(check, [admin, { ...idp, reason: 'denied' }])).summary).toMatchObject({
      status: 'unknown',
      reason: 'denied',
    })
    expect(seen).toEqual([true, undefined, undefined])
  })

  it('does not run a check that is turned off', async () => {
    const { summary, lines } = await evaluated(usersOn, [{ stream: users, records: [off('a')], reason: 'denied' }], {
      disabled: 'by hand',
    })
    expect(summary).toMatchObject({
      status: 'not-applicable',
      reason: 'disabled',
      incomplete: [],
      counts: { inScope: 0 },
    })
    expect(lines).toEqual([])
  })
})
