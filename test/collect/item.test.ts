import {
  AbortedError,
  defineStream,
  DeniedError,
  errorForStatus,
  NotFoundError,
  observedOf,
  type Page,
  type Reader,
  type Scope,
  z,
} from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { collectItem, type ItemRequest } from '../../src/collect/item.ts'
import { compileRedactions, createPseudonymiser } from '../../src/collect/redact.ts'
import { current } from '../../src/collect/trace.ts'
import { Outcome } from '../../src/model/outcome.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { memoryEvidence } from '../../src/testing/memory-evidence.ts'
import { CREDENTIALS } from './credential-examples.ts'

const pseudonymise = createPseudonymiser(Buffer.alloc(32, 1))
type Collect = (session: undefined, scope: Scope, reader: Reader) => AsyncIterable<Page>

function request(collect: Collect, overrides: Partial<ItemRequest<undefined>> = {}) {
  const stream = defineStream({
    id: 'demo.users',
    version: 1,
    title: 'Users',
    record: z.object({ id: z.string(), mail: z.string().optional(), rules: observedOf(z.number()).optional() }),
    key: (user) => user.id,
    permissions: [{ name: 'users:read', why: 'List users', url: 'https://example.com' }],
    redact: { mail: 'pseudonym' },
    collect,
  })
  const evidence = memoryEvidence()
  const clock = manualClock()
  return {
    clock,
    evidence,
    item: {
      stream,
      scope: { id: 'acme' },
      session: undefined,
      redact: compileRedactions(stream.redact, pseudonymise),
      evidence,
      clock,
      signal: new AbortController().signal,
      deadlineMs: 60_000,
      ...overrides,
    },
  }
}

async function collected(collect: Collect, overrides?: Partial<ItemRequest<undefined>>) {
  const { item, evidence } = request(collect, overrides)
  const { outcome, records } = await collectItem(item)
  return { outcome, lines: evidence.objects.get(records.sha256) ?? [], open: evidence.open }
}

const page = (number: number, last: boolean, ids: string[], more: Partial<Page> = {}): Page => ({
  number,
  last,
  records: ids.map((id) => ({ id })),
  ...more,
})

describe('collectItem', () => {
  it('is complete when pages run to the end marker and totals agree', async () => {
    const { outcome, lines, open } = await collected(async function* () {
      yield page(1, false, ['b', 'c'], { total: 3 })
      yield page(2, true, ['a'], { total: 3 })
    })
    expect(outcome).toMatchObject({ status: 'complete', pages: 2, records: 3, sourceTotal: 3, gaps: [] })
    expect(lines).toEqual(['{"id":"a"}', '{"id":"b"}', '{"id":"c"}'])
    expect(open).toBe(0)
  })

  it('replaces what looks like a credential in records, gaps and details, and stays complete for it', async () => {
    const secret = CREDENTIALS['npm']?.[0] ?? ''
    const { outcome, lines } = await collected(async function* () {
      yield page(1, true, ['a', `left by ${secret}`])
    })
    expect(lines).toEqual(['{"id":"[credential]"}', '{"id":"a"}'])
    expect(outcome).toMatchObject({ status: 'complete', credentials: [{ rule: 'npm', field: 'id', count: 1 }] })
    expect(Outcome.parse(outcome)).toEqual(outcome)

    const broken = await collected(async function* (_session, _scope, reader) {
      await reader.observe(`rules of ${secret}`, () => Promise.reject(new DeniedError('no')))
      throw new DeniedError(`may not read ${secret}`)
    })
    expect(broken.outcome).toMatchObject({
      detail: 'may not read [credential]',
      gaps: [{ subjects: ['rules of [credential]'] }],
    })
  })

  it('records zero as evidence', async () => {
    const { outcome } = await collected(async function* () {
      yield page(1, true, [])
    })
    expect(outcome).toMatchObject({ status: 'complete', records: 0, pages: 1 })
  })

  it.each<[string, string, string, Collect]>([
    [
      'the end marker never comes',
      'partial',
      'truncated',
      async function* () {
        yield page(1, false, ['a'])
      },
    ],
    ['nothing comes at all', 'failed', 'truncated', async function* () {}],
    [
      'a page is missing',
      'partial',
      'truncated',
      async function* () {
        yield page(1, false, ['a'])
        yield page(3, true, ['b'])
      },
    ],
    [
      'the provider counts more',
      'partial',
      'truncated',
      async function* () {
        yield page(1, true, ['a'], { total: 2 })
      },
    ],
    [
      'a page comes after the last',
      'partial',
      'invalid',
      async function* () {
        yield page(1, true, ['a'])
        yield page(2, true, ['b'])
      },
    ],
    [
      'a cursor comes twice',
      'partial',
      'invalid',
      async function* () {
        for (let n = 1; ; n++) yield page(n, false, [`a${n}`], { cursor: `c${n % 3}` })
      },
    ],
    [
      'a page is repeated',
      'partial',
      'invalid',
      async function* () {
        yield page(1, false, ['a'])
        yield page(2, true, ['a'])
      },
    ],
    [
      'a record has another shape',
      'failed',
      'invalid',
      async function* () {
        yield { number: 1, last: true, records: [{ id: 7 }] }
      },
    ],
    [
      'a record has no key',
      'failed',
      'invalid',
      async function* () {
        yield page(1, true, [''])
      },
    ],
    [
      'a page was denied',
      'partial',
      'denied',
      async function* () {
        yield page(1, false, ['a'])
        throw new DeniedError('no')
      },
    ],
    [
      'the SDK throws a status',
      'failed',
      'throttled',
      async function* () {
        throw Object.assign(new Error('ada@example.com'), { status: 429 })
      },
    ],
    [
      'the collector has a bug',
      'failed',
      'invalid',
      async function* () {
        throw new TypeError('ada@example.com')
      },
    ],
    [
      'a failed request was swallowed',
      'partial',
      'denied',
      async function* () {
        current().stretch.failures.push(errorForStatus(403, 'HTTP 403'))
        yield page(1, true, ['a'])
      },
    ],
  ])('is not complete when %s', async (_, status, reason, collect) => {
    const { outcome, open } = await collected(collect)
    expect(outcome).toMatchObject({ status, reason })
    expect(JSON.stringify(outcome)).not.toContain('ada@')
    expect(open).toBe(0)
  })

  it('names the permissions a denied stream declares, unless the source names one', async () => {
    const plain = await collected(async function* () {
      throw new DeniedError('no')
    })
    expect(plain.outcome.permissions).toEqual(['users:read'])
    const named = await collected(async function* () {
      throw new DeniedError('no', { permission: 'members:read' })
    })
    expect(named.outcome.permissions).toEqual(['members:read'])
  })

  it('turns an observed failure into a field of the record and a gap of the outcome', async () => {
    const { outcome, lines } = await collected(async function* (_session, _scope, reader) {
      const denied = await reader.observe('acme/api: rules', async () => {
        throw new DeniedError('no', { permission: 'rules:read' })
      })
      const seen = await reader.observe('acme/web: rules', async () => 5)
      const absent = await reader.observe(
        'acme/old: rules',
        async () => {
          throw new NotFoundError('no')
        },
        { absentOn: 'not-found' },
      )
      yield {
        number: 1,
        last: true,
        records: [
          { id: 'a', rules: denied },
          { id: 'b', rules: seen },
          { id: 'c', rules: absent },
        ],
      }
    })
    expect(outcome).toMatchObject({
      status: 'partial',
      reason: 'denied',
      permissions: ['rules:read'],
      gaps: [{ reason: 'denied', permission: 'rules:read', count: 1, subjects: ['acme/api: rules'] }],
    })
    expect(lines).toEqual([
      '{"id":"a","rules":{"permission":"rules:read","reason":"denied","state":"unknown"}}',
      '{"id":"b","rules":{"state":"observed","value":5}}',
      '{"id":"c","rules":{"state":"absent"}}',
    ])
  })

  it('does not take a 404 for absence unless the collector says that it means so', async () => {
    const { outcome } = await collected(async function* (_session, _scope, reader) {
      await reader.observe('acme/api: rules', async () => {
        throw new NotFoundError('no')
      })
      yield page(1, true, [])
    })
    expect(outcome).toMatchObject({ status: 'partial', reason: 'unavailable' })
  })

  it('does not believe an observation during which a failed request was swallowed', async () => {
    const { outcome, lines } = await collected(async function* (_session, _scope, reader) {
      const rules = await reader.observe('acme/api: rules', async () => {
        current().stretch.failures.push(errorForStatus(403, 'HTTP 403'))
        return 1
      })
      yield { number: 1, last: true, records: [{ id: 'a', rules }] }
    })
    expect(outcome).toMatchObject({ status: 'partial', reason: 'denied' })
    expect(lines).toEqual(['{"id":"a","rules":{"reason":"denied","state":"unknown"}}'])
  })

  it('writes no field the schema does not allow and no person in clear', async () => {
    const { lines } = await collected(async function* () {
      yield { number: 1, last: true, records: [{ id: 'a', mail: ' Ada@Example.com ', phone: '555' }] }
    })
    expect(lines).toEqual([`{"id":"a","mail":"${pseudonymise('ada@example.com')}"}`])
  })

  it('asks for page 2 only after page 1 was consumed', async () => {
    const seen: string[] = []
    await collected(
      async function* () {
        seen.push('ask 1')
        yield page(1, false, ['a'])
        seen.push('ask 2')
        yield page(2, true, ['b'])
      },
      { onPage: (records) => void seen.push(`consumed ${records}`) },
    )
    expect(seen).toEqual(['ask 1', 'consumed 1', 'ask 2', 'consumed 2'])
  })

  it('ends a collector that never ends: at the deadline as timeout, when the run stops as aborted', async () => {
    const endless: Collect = async function* () {
      yield page(1, false, ['a'])
      await new Promise(() => undefined)
    }
    const late = request(endless)
    const work = collectItem(late.item)
    await late.clock.advance(60_000)
    expect((await work).outcome).toMatchObject({ status: 'partial', reason: 'timeout', records: 1 })

    const stop = new AbortController()
    const stopped = collectItem(request(endless, { signal: stop.signal }).item)
    setImmediate(() => stop.abort(new AbortedError('the run was stopped')))
    expect((await stopped).outcome).toMatchObject({ status: 'partial', reason: 'aborted', records: 1 })
  })
})
