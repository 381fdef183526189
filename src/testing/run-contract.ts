import { afterAll, describe, expect, it } from 'vitest'
import type { Collector } from '../sdk/collector.ts'
import { contractOf } from './contract.ts'
import type { Fixture } from './fixture.ts'
import { explain } from './violation.ts'

/** Registers the contract with vitest: one named test for each rule. Call it at the top of a test file. */
export function runCollectorContract(collector: Collector, fixture: Fixture): void {
  describe(`contract of ${collector.id}: a good collector`, () => {
    const contract = contractOf(collector, fixture)
    afterAll(() => contract[Symbol.asyncDispose]())
    it.each(contract.rules)('$title', async ({ check }) => {
      expect(explain(await check())).toBe('')
    })
  })
}
