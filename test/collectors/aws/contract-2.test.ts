import { runCollectorContract } from 'affiant/testing'
import { collector } from '../../../collectors/aws/index.ts'
import { fixture } from './fixture.ts'

runCollectorContract(collector, fixture, { part: 2, of: 4 })
