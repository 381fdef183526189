import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type Fixture, runCollectorContract } from 'affiant/testing'
import { expect, it } from 'vitest'
import { collectors } from '../../collectors/index.ts'

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
