/** 1,000 Okta users with all there is, behind 30 ms, with the limits Okta documents, all for us. */
import { assertHonest, runLargeOkta } from './large-okta.ts'

const PEOPLE = 1000
const figures = await runLargeOkta({ people: PEOPLE, latencyMs: 30, limited: true })
const { seconds, requests, refused } = figures
console.log(
  `1,000 Okta users, ${requests.toLocaleString('en')} requests of 30 ms, sealed, documented limits, ${refused} refused: ${seconds.toFixed(1)} s (target 70 s)`,
)
assertHonest(figures, PEOPLE, true)
