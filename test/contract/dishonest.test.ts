import { checkContract, type ViolationCode } from 'affiant/testing'
import type { Collector } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { fixture } from '../example-collector/ledgerly/fixture.ts'
import { collector as honest } from '../example-collector/ledgerly/index.ts'
import { collector as logsItsToken } from './dishonest/logs-its-token.ts'
import { collector as passesByDefault } from './dishonest/passes-by-default.ts'
import { collector as sendsAWrite } from './dishonest/sends-a-write.ts'
import { collector as stopsAtPageOne } from './dishonest/stops-at-page-one.ts'
import { collector as swallowsRefusal } from './dishonest/swallows-refusal.ts'

async function codesOf(collector: Collector): Promise<ViolationCode[]> {
  const violations = await checkContract(collector, fixture)
  return [...new Set(violations.map(({ code }) => code))].sort()
}

describe('the contract', () => {
  it('finds nothing wrong with an honest collector', async () => {
    expect(await checkContract(honest as unknown as Collector, fixture)).toEqual([])
  })

  it.each<[string, unknown, ViolationCode[]]>([
    ['swallows a refusal', swallowsRefusal, ['fault-not-noticed', 'swallows-failure', 'wrong-reason']],
    ['stops at page 1', stopsAtPageOne, ['answer-not-asked-for', 'fault-not-noticed', 'records-missing']],
    ['passes by default', passesByDefault, ['passes-unread']],
    ['sends a write', sendsAWrite, ['writes']],
    ['logs its token', logsItsToken, ['leaks-secret']],
  ])('rejects a collector that %s, and for that only', async (_, collector, codes) => {
    expect(await codesOf(collector as Collector)).toEqual(codes)
  })
})
