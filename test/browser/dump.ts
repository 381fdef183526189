// temporary
import { hostileRuns, AGENT, signer } from './hostile-run.ts'
import { storeIn, temporaryFolder, key } from '../bundle/fixture.ts'
import { exportOf, QUARTER } from '../export/support.ts'
import { reportOfExport } from '../../src/runtime/export-report.ts'
import { unpackedReport } from './support.ts'
const store = storeIn(await temporaryFolder())
await hostileRuns(store)
const make = await reportOfExport({ frameworks: ['nist-csf-2.0'], populations: true }, QUARTER)
const { bytes } = await exportOf(store, { report: make }, { signer, agent: AGENT })
console.log(await unpackedReport(bytes))
