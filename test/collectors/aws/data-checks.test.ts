import type { AllCheck, Check, EachCheck } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { checks as registered } from '../../../collectors/aws/of-data.ts'
import { judge } from './data-harness.ts'

const checks: readonly Check[] = registered

describe('examples', () => {
  const examples = checks.flatMap((check) =>
    Object.entries(check.examples).map(([status, example]) => ({ id: check.id, status, check, example })),
  )
  it.each(examples)('$id: $status', async ({ check, status, example }) => {
    const results =
      check.kind === 'each'
        ? await judge(check, { records: [(example as EachCheck['examples']['pass']).record] }, example.params)
        : await judge(check, (example as AllCheck['examples']['pass']).inputs, example.params)
    const found = new Set(results.map((result) => result.status))
    const beside = status === 'pass' || status === 'not-applicable' ? [status, 'not-applicable'] : [...found]
    expect([...found].filter((one) => !beside.includes(one))).toEqual([])
    expect(found.has(status as 'pass')).toBe(true)
  })
})

it('has an id for each check, and no two that are the same', () => {
  const ids = checks.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^aws\.[a-z0-9-]+$/)
})
