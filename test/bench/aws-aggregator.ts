/** What a Config aggregator sees of four accounts, 100,000 resources, streamed: memory must not hold them. */
import { assertWhole, runLargeAws } from './large-aws.ts'

const RESOURCES = 100_000
const figures = await runLargeAws({ accounts: 4, resources: RESOURCES, streams: ['aws.aggregated-resources'] })
const { seconds, cpuSeconds, peakMB, requests, records } = figures
console.log(
  `Config aggregator with ${records.toLocaleString('en')} resources, ${requests.toLocaleString('en')} requests, sealed: ${seconds.toFixed(1)} s, cpu ${cpuSeconds.toFixed(1)} s, peak RSS ${Math.round(peakMB)} MB (targets 120 s, 60 s, 300 MB)`,
)
if (records < RESOURCES) {
  console.error(`${records} records of ${RESOURCES}`)
  process.exitCode = 1
}
assertWhole(figures)
