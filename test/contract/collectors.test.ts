import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fixture, runCollectorContract } from 'affiant/testing'
import { describe, expect, it } from 'vitest'
import { collectors } from '../../collectors/index.ts'
import { unsafeCommands } from '../../src/testing/rules/reproduce.ts'

const ROOT = join(import.meta.dirname, '../..')
const isThere = (path: string) =>
  access(join(ROOT, path)).then(
    () => true,
    () => false,
  )

/** Those whose contract takes so long that it is spread over several files. */
const inParts: string[] = []

for (const [id, load] of Object.entries(collectors)) {
  if (!(await isThere(`collectors/${id}/fixture.ts`))) {
    inParts.push(id)
    continue
  }
  const { collector } = await load()
  const { fixture }: { fixture: Fixture } = await import(`../../collectors/${id}/fixture.ts`)
  runCollectorContract(collector, fixture)
}

it.each(inParts)('the contract of %s is kept, in parts', async (id) => {
  expect(await isThere(`test/collectors/${id}/contract-1.test.ts`)).toBe(true)
})

describe.each(Object.entries(collectors))('%s', (_, load) => {
  it('says of every stream how a person reads the same, in a command that no name of a scope can change', async () => {
    const { collector } = await load()
    const silent = collector.streams.filter(({ reproduce }) => !/\S/.test(reproduce?.({ id: 'acme/eu-west-1' }) ?? ''))
    expect(silent.map(({ id }) => id)).toEqual([])
    expect(unsafeCommands(collector)).toEqual([])
  })

  it('says how a request is found by its id, if it makes any', async () => {
    const { collector } = await load()
    // Only commands run on this machine, which no source logs.
    const said = collector.commands === undefined ? collector.requestLog : 'REQUEST-ID https://'
    expect(said).toMatch(/REQUEST-ID.*https:\/\//)
  })
})
