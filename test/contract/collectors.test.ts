import { type Fixture, runCollectorContract } from 'affiant/testing'
import { collectors } from '../../collectors/index.ts'

/**
 * AWS speaks four wire protocols, which a fixture of paths and JSON cannot hold: its contract is kept over the fake AWS of
 * test/servers/aws, in test/collectors/aws and test/e2e.
 */
const OVER_ITS_OWN_SERVER = new Set(['aws'])

for (const [id, load] of Object.entries(collectors)) {
  if (OVER_ITS_OWN_SERVER.has(id)) continue
  const { collector } = await load()
  const { fixture }: { fixture: Fixture } = await import(`../../collectors/${id}/fixture.ts`)
  runCollectorContract(collector, fixture)
}
