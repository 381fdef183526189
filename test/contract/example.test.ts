import { runCollectorContract } from 'affiant/testing'
import { collector } from '../example-collector/ledgerly/index.ts'
import { fixture } from '../example-collector/ledgerly/fixture.ts'

runCollectorContract(collector, fixture)
