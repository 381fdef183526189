/**
 * The change population of a quarter: 20,000 pull requests in 1,000 repositories behind 30 ms of latency, within the requests and
 * points that GitHub gives in an hour. From the config to the sealed bundle.
 */
import { QUARTER } from '../servers/github/index.ts'
import { runLargeGithub } from './large-github.ts'

const REPOSITORIES = 1000
const PULLS = 20
/** One direct push in every fiftieth repository. */
const PUSHES = REPOSITORIES / 50
const HOURLY = 5000
const MOST_REQUESTS_PER_PULL = 1.3
const STREAM = 'github.changes'

const { seconds, peakMB, requests, points, incomplete, records } = await runLargeGithub({
  repositories: REPOSITORIES,
  pulls: PULLS,
  hourly: HOURLY,
  latencyMs: 30,
  streams: [STREAM],
  period: { from: new Date(QUARTER.from), to: new Date(QUARTER.to) },
})
const each = requests / (REPOSITORIES * PULLS)
console.log(
  `GitHub, 20,000 pull requests in 1,000 repositories, ${each.toFixed(2)} requests each and ${points} points of GraphQL: ${seconds.toFixed(1)} s, peak RSS ${Math.round(peakMB)} MB (targets 600.0 s, 300 MB)`,
)
const isWhole = incomplete.length === 0 && records[STREAM] === REPOSITORIES * PULLS + PUSHES
if (each >= MOST_REQUESTS_PER_PULL || !isWhole) {
  console.error(`${requests} requests, not whole: ${incomplete.join(', ') || 'nothing'}; ${records[STREAM]} records`)
  process.exitCode = 1
}
