import { type Fixture, runCollectorContract } from 'affiant/testing'
import { collectors } from '../../collectors/index.ts'

for (const [id, load] of Object.entries(collectors)) {
  const { collector } = await load()
  const { fixture }: { fixture: Fixture } = await import(`../../collectors/${id}/fixture.ts`)
  runCollectorContract(collector, fixture)
}
