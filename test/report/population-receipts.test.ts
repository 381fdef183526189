import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HttpReceipt, Receipt } from '../../src/model/receipt.ts'
import { gatherTranscript } from '../../src/report/population-receipts.ts'

const AT = Date.parse('2026-10-01T06:00:00.500Z')

function receipt(seconds: number, more: Partial<HttpReceipt> = {}): Receipt {
  return {
    kind: 'http',
    at: new Date(AT + seconds * 1000).toISOString(),
    attempt: 1,
    method: 'GET',
    url: `https://api.example.com/users?page=${seconds}`,
    status: 200,
    ...more,
  }
}

function told(receipts: readonly Receipt[]) {
  const gathered = gatherTranscript(receipts.length)
  for (const one of receipts) gathered.add(one)
  return gathered.finish()
}

describe('the clock', () => {
  /** An answer of a source whose clock is so many seconds behind. */
  const answer = (place: number, behind: number) =>
    receipt(place, { serverDate: new Date(AT + (place - behind) * 1000).toUTCString() })

  it('is measured by the median, so that one slow answer does not count', () => {
    expect(told([answer(1, 2), answer(2, 2), answer(3, -600)]).clock).toEqual({
      answers: 3,
      aheadSeconds: 2,
      least: -600,
      most: 2,
    })
  })

  it('is measured to the second, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: 1, max: 9 }), (behind, answers) => {
        const all = Array.from({ length: answers }, (_, place) => answer(place, behind))
        expect(told(all).clock).toEqual({ answers, aheadSeconds: behind, least: behind, most: behind })
      }),
    )
  })

  it('is not known without a date, or with one that is none', () => {
    expect(told([receipt(1), receipt(2, { serverDate: 'soon' })])).not.toHaveProperty('clock')
  })
})

describe('ids of requests', () => {
  const ids = (receipts: readonly Receipt[]) => told(receipts).requestIds.map(({ id }) => id)

  it('are those of the first request, of one in the middle and of the last', () => {
    expect(ids(Array.from({ length: 100 }, (_, place) => receipt(place, { requestId: `r${place}` })))).toEqual([
      'r0',
      'r50',
      'r99',
    ])
  })

  it('are each named once, and requests without one are passed over', () => {
    expect(ids([receipt(1), receipt(2, { requestId: 'a' }), receipt(3)])).toEqual(['a'])
    expect(ids([receipt(1, { requestId: 'a' }), receipt(2, { requestId: 'b' })])).toEqual(['a', 'b'])
    expect(ids([receipt(1)])).toEqual([])
  })
})

it('counts kept answers and attempts that failed', () => {
  const kept = (receivedAt: string) => ({ bodySha256: 'a'.repeat(64), bodyBytes: 2, receivedAt })
  const transcript = told([
    receipt(1, { status: 304, kept: kept('2026-09-02T06:00:00.000Z') }),
    receipt(2, { status: 304, kept: kept('2026-09-01T06:00:00.000Z') }),
    receipt(3, { status: 429, failure: 'throttled' }),
  ])
  expect(transcript.keptAnswers).toEqual({ count: 2, oldest: '2026-09-01T06:00:00.000Z' })
  expect(transcript.failedAttempts).toBe(1)
})

it('names requests by what they ask for, and commands as they were run', () => {
  const git: Receipt = {
    kind: 'command',
    at: new Date(AT).toISOString(),
    attempt: 1,
    program: 'git',
    args: ['log', 'HEAD'],
  }
  const graphql = receipt(1, { method: 'POST', url: 'https://api.example.com/graphql', operation: 'graphql:members' })
  expect(told([graphql, graphql, git, receipt(2), receipt(3)]).asked).toEqual([
    {
      request: 'graphql:members (POST https://api.example.com/graphql)',
      count: 2,
      first: 'https://api.example.com/graphql',
    },
    { request: 'git log HEAD', count: 1, first: 'git log HEAD' },
    { request: 'GET https://api.example.com/users', count: 2, first: 'https://api.example.com/users?page=2' },
  ])
})

it('tells fifty kinds of requests apart, and counts what is beyond', () => {
  const many = Array.from({ length: 70 }, (_, place) => receipt(place, { url: `https://api.example.com/${place}` }))
  const { asked, askedOmitted } = told(many)
  expect([asked.length, askedOmitted]).toEqual([50, 20])
})
