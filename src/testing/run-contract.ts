import { afterAll, describe, expect, it } from 'vitest'
import type { Collector } from '../sdk/collector.ts'
import { contractOf } from './contract.ts'
import type { Fixture } from './fixture.ts'
import { explain } from './violation.ts'

/** One of several test files that share the rules of one collector, so that they run side by side. */
export interface ContractPart {
  /** From 1. */
  part: number
  of: number
}

/**
 * Registers the contract with vitest: one named test for each rule. Call it at the top of a test file; of a collector with
 * many streams in several files, each with its part.
 */
export function runCollectorContract(
  collector: Collector,
  fixture: Fixture,
  { part, of }: ContractPart = { part: 1, of: 1 },
): void {
  describe(`contract of ${collector.id}: a good collector`, () => {
    const contract = contractOf(collector, fixture)
    afterAll(() => contract[Symbol.asyncDispose]())
    it.each(contract.rules.filter((_, place) => place % of === part - 1))('$title', async ({ check }) => {
      expect(explain(await check())).toBe('')
    })
  })
}
