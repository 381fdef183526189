/**
 * An emulated AWS in a process of its own, so that its work and memory are not counted as ours. Takes its settings as JSON,
 * prints where it is and its keys, and when its input ends how much it was asked.
 */
import { z } from 'zod'
import { bigOrganization, largeAccount, startAws } from '../servers/aws/index.ts'

const Settings = z.strictObject({
  /** Accounts in all 17 regions; 0: one account in one region, with many users and roles. */
  accounts: z.int(),
  users: z.int(),
  roles: z.int(),
  /** What an aggregator sees in all. */
  resources: z.int(),
  latencyMs: z.int(),
})
export type AwsServerSettings = z.output<typeof Settings>

const { accounts, users, roles, resources, latencyMs } = Settings.parse(JSON.parse(process.argv[2] ?? ''))
const at = new Date()
const world = accounts === 0 ? largeAccount({ at, users, roles }) : bigOrganization({ at, accounts, resources })
const server = await startAws({ world, latencyMs })
const before = process.cpuUsage()
console.log(JSON.stringify({ url: server.url, ...server.keys }))
process.stdin.resume().once('end', () => {
  const calls = server.calls()
  const identity = calls.filter(({ action }) => action.startsWith('iam:'))
  const { user, system } = process.cpuUsage(before)
  const serverCpuSeconds = (user + system) / 1e6
  console.log(
    JSON.stringify({ requests: calls.length, iam: identity.length, atOnce: server.mostAtOnce(), serverCpuSeconds }),
  )
  void server.close()
})
