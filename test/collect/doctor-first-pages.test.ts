import { describe, expect, it } from 'vitest'
import { firstPagesEffort } from '../../src/collect/doctor-first-pages.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import type { Collector, Price } from '../../src/sdk/collector.ts'
import { memoryEvidence } from '../../src/testing/memory-evidence.ts'

const limits = [
  { id: 'api', perMinute: 600, concurrency: 10 },
  { id: 'iam', operation: 'iam:*', perMinute: 300, concurrency: 5 },
] as const
const url = 'https://example.com/prices'
const readOn = '2026-11-23'
const prices: readonly Price[] = [
  { operation: 's3:*', usdPerThousand: 0.4, url, readOn },
  { operation: 's3:ListBuckets', usdPerThousand: 5, url, readOn },
  { operation: 'monitoring:*', usdPerThousand: 'unknown', url, readOn },
]
const outcome: Outcome = {
  status: 'complete',
  pages: 1,
  records: 0,
  requests: 1,
  gaps: [],
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:01:30.000Z',
}

/** Effort of items, each a scope with the operations it was asked. */
async function effortOf(items: readonly [scope: string, ...operations: string[]][], naming = true) {
  const evidence = memoryEvidence()
  const segments = await Promise.all(
    items.map(async ([scope, ...operations]) => {
      const writer = await evidence.create()
      for (const operation of operations) {
        const at = outcome.startedAt
        await writer.write(
          JSON.stringify({ kind: 'http', at, attempt: 1, method: 'POST', url: 'https://example.com/', operation }),
        )
      }
      const receipts = await writer.store()
      return { source: 'aws', stream: { id: `aws.of-${operations[0]}` }, scope, outcome, files: { receipts } }
    }),
  )
  const scopes = [
    { id: '1/global', kind: 'account' },
    { id: '1/a', kind: 'region' },
    { id: '1/b', kind: 'region' },
  ]
  const collector = { prices, ...(naming && { naming: {} }) } as unknown as Collector
  const collected = { segments, opened: { scopes } } as unknown as Parameters<typeof firstPagesEffort>[1]
  return firstPagesEffort({ id: 'aws', collector, config: {}, secrets: {}, limits }, collected, evidence, 600_000)
}

describe('effort by first pages', () => {
  it('counts requests by limit, and for each kind of scope', async () => {
    const effort = await effortOf([
      ['1/global', 'iam:GetAccountSummary', 'iam:ListUsers'],
      ['1/a', 'kms:ListKeys'],
      ['1/b', 'kms:ListKeys', 'kms:DescribeKey'],
    ])
    expect(effort).toMatchObject({
      minutes: 2,
      atLeast: true,
      budgets: [
        { limit: 'api', requests: 3, perMinute: 600 },
        { limit: 'iam', requests: 2, perMinute: 300 },
      ],
      scopes: [
        { kind: 'account', count: 1, requests: 2 },
        { kind: 'region', count: 2, requests: 3 },
      ],
    })
    expect(effort?.billed).toBeUndefined()
  })

  it('sums what is billed, an operation before its service, and says what has no price', async () => {
    const effort = await effortOf([
      ['1/global', 's3:ListBuckets', 's3:GetBucketAcl', 's3:GetBucketPolicy'],
      ['1/a', 'monitoring:DescribeAlarms', 'ec2:DescribeVpcs'],
    ])
    expect(effort?.billed).toEqual({
      requests: 4,
      usd: 0.0058,
      operations: [
        { operation: 'monitoring:*', requests: 1, usdPerThousand: 'unknown', url, readOn },
        { operation: 's3:*', requests: 2, usdPerThousand: 0.4, url, readOn },
        { operation: 's3:ListBuckets', requests: 1, usdPerThousand: 5, url, readOn },
      ],
    })
  })

  it('is not told of a source whose requests have no names', async () => {
    expect(await effortOf([['1/a', 'kms:ListKeys']], false)).toBeUndefined()
  })
})
