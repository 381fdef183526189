/**
 * Protection and rulesets of 1,000 repositories behind 30 ms of latency, with the limits of the collector: from the config to
 * the sealed bundle, opening the source included.
 */
import { runLargeGithub } from './large-github.ts'

const REPOSITORIES = 1000
const MOST_REQUESTS = 25
const STREAM = 'github.branch-protection'

const { seconds, peakMB, requests, points, incomplete, records } = await runLargeGithub({
  repositories: REPOSITORIES,
  latencyMs: 30,
  streams: [STREAM],
})
console.log(
  `GitHub, 1,000 repositories with protection and rulesets, ${requests} requests and ${points} points of GraphQL: ${seconds.toFixed(1)} s, peak RSS ${Math.round(peakMB)} MB (targets 2.0 s, 250 MB)`,
)
if (requests > MOST_REQUESTS || incomplete.length > 0 || records[STREAM] !== REPOSITORIES) {
  console.error(`${requests} requests, not whole: ${incomplete.join(', ') || 'nothing'}; ${records[STREAM]} records`)
  process.exitCode = 1
}
