/** 1,000 Okta users with all there is, behind 30 ms, without limits. */
import { assertHonest, runLargeOkta } from './large-okta.ts'

const PEOPLE = 1000
const figures = await runLargeOkta({ people: PEOPLE, latencyMs: 30 })
const { seconds, cpuSeconds, peakMB, requests } = figures
console.log(
  `1,000 Okta users, ${requests.toLocaleString('en')} requests of 30 ms, sealed, no limits: ${seconds.toFixed(1)} s, cpu ${cpuSeconds.toFixed(1)} s, peak RSS ${Math.round(peakMB)} MB (targets 6 s, 1.5 s, 150 MB)`,
)
assertHonest(figures, PEOPLE, true)
