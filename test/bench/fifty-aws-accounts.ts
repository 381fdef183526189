/**
 * An organisation of 50 accounts in 17 regions, every stream, behind 30 ms. `--accounts N` and `--concurrency N` make a
 * smaller one, and tell how much faster it is with more at once.
 */
import { parseArgs } from 'node:util'
import { assertWhole, runLargeAws } from './large-aws.ts'

const { values } = parseArgs({ options: { accounts: { type: 'string' }, concurrency: { type: 'string' } } })
const accounts = Number(values.accounts ?? 50)
const figures = await runLargeAws({
  accounts,
  latencyMs: 30,
  ...(values.concurrency !== undefined && { concurrency: Number(values.concurrency) }),
})
const { seconds, cpuSeconds, serverCpuSeconds, peakMB, requests, atOnce, records } = figures
console.log(
  `AWS organisation of ${accounts} accounts in 17 regions, ${requests.toLocaleString('en')} requests of 30 ms, at most ${atOnce} at once, ${records.toLocaleString('en')} records, cpu ${cpuSeconds.toFixed(1)} s beside ${serverCpuSeconds.toFixed(1)} of the emulated AWS, sealed: ${seconds.toFixed(1)} s, peak RSS ${Math.round(peakMB)} MB (targets 600 s, 400 MB)`,
)
assertWhole(figures)
