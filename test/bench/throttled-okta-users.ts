/**
 * 300 Okta users where others have used up 95 % of each budget, and every seventh request is refused with 429: it takes as
 * long as it takes, and nothing may be missing without being said.
 */
import { assertHonest, runLargeOkta } from './large-okta.ts'

const PEOPLE = 300
const figures = await runLargeOkta({ people: PEOPLE, latencyMs: 30, limited: true, usedUp: 0.95, refuseEvery: 7 })
const { seconds, requests, refused, factors, incomplete } = figures
console.log(
  `300 Okta users, 5 % of the budget left, ${refused} of ${requests} requests refused, ${factors} users read, ${incomplete.length} streams not whole: ${seconds.toFixed(1)} s (target 600 s)`,
)
assertHonest(figures, PEOPLE, false)
