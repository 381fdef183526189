import { type Collector, DeniedError, errorForStatus, type Scope, type SourceIdentity } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { createPseudonymiser } from '../../src/collect/redact.ts'
import { RefusedError } from '../../src/collect/guard.ts'
import { openSource } from '../../src/collect/source.ts'
import { current } from '../../src/collect/trace.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { fakeCollector } from '../support/fake-collector.ts'
import { memoryEvidence } from '../../src/testing/memory-evidence.ts'
import { silentLog } from '../support/pipeline.ts'

const pseudonymise = createPseudonymiser(Buffer.alloc(32, 1))
const identity: SourceIdentity = {
  id: '42',
  name: 'Acme',
  principal: { kind: 'user', name: 'ada' },
  granted: ['b', 'a'],
}

async function opened(change: Partial<Collector>, signal = new AbortController().signal) {
  const plain = fakeCollector(async function* () {})
  const closed: unknown[] = []
  const collector = {
    ...plain,
    identify: async () => identity,
    close: async (session: unknown) => void closed.push(session),
    ...change,
  }
  const noWayOut = () => {
    throw new Error('no network')
  }
  const source = await openSource({
    source: {
      id: 'acme',
      collector: collector,
      config: {},
      secrets: {},
      limits: collector.limits,
    },
    fetch: noWayOut,
    command: noWayOut,
    clock: manualClock(),
    log: silentLog,
    period: { from: new Date(0), to: new Date(1) },
    signal,
    deadlineMs: 60_000,
    evidence: memoryEvidence(),
    pseudonymise,
  })
  await source.close()
  return { ...source, closed }
}

async function* listed(...ids: string[]): AsyncGenerator<Scope> {
  for (const id of ids) yield { id }
}

describe('openSource', () => {
  it('writes what the source says it is, with the person pseudonymised and rights in order', async () => {
    const { line, session, closed } = await opened({})
    expect(line).toMatchObject({
      source: 'acme',
      identity: {
        id: '42',
        name: 'Acme',
        principal: { kind: 'user', name: pseudonymise('ada') },
        granted: ['a', 'b'],
      },
      scopes: [{ id: 'one' }],
      outcome: { status: 'complete' },
    })
    expect(session).toBeDefined()
    expect(closed).toHaveLength(1)
  })

  it.each([
    ['name', { name: 'other' }],
    ['id', { id: '43' }],
    ['id although the name fits', { id: '43', name: 'acme' }],
  ])('fails a source that is not the configured one, by %s', async (_, expected) => {
    const { line, session, closed } = await opened({ expects: () => expected })
    expect(line.outcome).toMatchObject({ status: 'failed', reason: 'invalid' })
    expect(line.outcome.detail).toContain('"Acme", id 42')
    expect(line.identity?.id).toBe('42')
    expect(line.scopes).toEqual([])
    expect(session).toBeUndefined()
    expect(closed).toHaveLength(1)
  })

  it('takes a name in other letters for the same', async () => {
    expect((await opened({ expects: () => ({ name: 'ACME', id: '42' }) })).line.outcome.status).toBe('complete')
  })

  it.each<[string, Partial<Collector>, string]>([
    [
      'it cannot be opened',
      {
        open: async () => {
          throw new DeniedError('no')
        },
      },
      'denied',
    ],
    [
      'it does not say who it is',
      {
        identify: async () => {
          throw errorForStatus(500, 'x')
        },
      },
      'unavailable',
    ],
    [
      'it swallowed the refusal of a write',
      {
        open: async () => {
          current().stretch.failures.push(new RefusedError('refused'))
          return {}
        },
      },
      'invalid',
    ],
    [
      'scopes cannot be listed',
      {
        async *scopes() {
          yield* listed('one')
          throw new DeniedError('no')
        },
      },
      'denied',
    ],
    ['a scope comes twice', { scopes: () => listed('one', 'two', 'one') }, 'invalid'],
    [
      'a failure while listing scopes was swallowed',
      {
        async *scopes() {
          current().stretch.failures.push(new DeniedError('no'))
          yield { id: 'one' }
        },
      },
      'denied',
    ],
  ])('fails when %s, and reads no scope', async (_, change, reason) => {
    const { line, session, scopes } = await opened(change)
    expect(line.outcome).toMatchObject({ status: 'failed', reason })
    expect(line.scopes).toEqual([])
    expect([session, scopes]).toEqual([undefined, []])
  })

  it('lists excluded scopes with their reason', async () => {
    const { line } = await opened({
      async *scopes() {
        yield { id: 'one' }
        yield { id: 'sandbox', excluded: 'no customer data' }
      },
    })
    expect(line.scopes).toEqual([{ id: 'one' }, { id: 'sandbox', excluded: 'no customer data' }])
  })
})
