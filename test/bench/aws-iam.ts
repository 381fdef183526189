/** IAM of an account with 200 users and 400 roles, by the bulk route, behind 30 ms: opened, read, judged and sealed. */
import { assertWhole, runLargeAws } from './large-aws.ts'

const STREAMS = ['aws.iam-authorization-details', 'aws.credential-report', 'aws.account-summary', 'aws.password-policy']
const MOST_REQUESTS = 8
const figures = await runLargeAws({ users: 200, roles: 400, latencyMs: 30, streams: STREAMS })
const { seconds, cpuSeconds, peakMB, iam } = figures
console.log(
  `IAM of 200 users and 400 roles, ${iam} requests of 30 ms, sealed: ${seconds.toFixed(1)} s, cpu ${cpuSeconds.toFixed(1)} s, peak RSS ${Math.round(peakMB)} MB (targets 0.8 s, 1.5 s, 150 MB)`,
)
if (iam > MOST_REQUESTS) {
  console.error(`${iam} requests, and ${MOST_REQUESTS} are enough`)
  process.exitCode = 1
}
assertWhole(figures)
