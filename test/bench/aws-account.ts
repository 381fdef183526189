/** One account with 200 IAM users and 400 roles, in one region, behind 30 ms: the whole of it, sealed. */
import { assertWhole, runLargeAws } from './large-aws.ts'

const figures = await runLargeAws({ users: 200, roles: 400, latencyMs: 30 })
const { seconds, peakMB, requests, iam } = figures
console.log(
  `AWS account with 200 users and 400 roles, ${requests} requests of 30 ms, ${iam} of them to IAM, sealed: ${seconds.toFixed(1)} s, peak RSS ${Math.round(peakMB)} MB (targets 15 s, 300 MB)`,
)
assertWhole(figures)
