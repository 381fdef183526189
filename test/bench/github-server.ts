/**
 * An emulated GitHub in a process of its own, so that its work and memory are not counted as ours. Takes its settings as JSON,
 * prints where it is and its token, and when its input ends how much it was asked.
 */
import { z } from 'zod'
import { queries } from '../../collectors/github/queries.ts'
import { busyOrganization, largeOrganization, startGithub } from '../servers/github/index.ts'

const Settings = z.strictObject({
  repositories: z.int(),
  latencyMs: z.int(),
  /** Pull requests merged in each repository in the first quarter of 2026. Default: none. */
  pulls: z.int().optional(),
  /** Points of GraphQL and requests of REST an hour. Default: no limit that matters. */
  hourly: z.int().optional(),
})
export type GithubServerSettings = z.output<typeof Settings>

const { repositories, latencyMs, pulls, hourly = 1_000_000 } = Settings.parse(JSON.parse(process.argv[2] ?? ''))
const seed = pulls === undefined ? largeOrganization(repositories) : busyOrganization(repositories, pulls)
const server = await startGithub({ seed, latencyMs, rateLimit: hourly, graphqlLimit: hourly })
// GitHub's schema is built, and what executes it compiled, when it is first asked: that is not what is measured.
for (const query of Object.values(queries)) {
  await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.tokens.owner}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { login: seed.login, first: 100 } }),
  })
}
const before = server.requests().length
console.log(JSON.stringify({ url: server.url, token: server.tokens.owner, login: seed.login }))
process.stdin.resume().once('end', () => {
  const requests = server.requests().slice(before)
  const points = requests.reduce((sum, { cost = 0 }) => sum + cost, 0)
  console.log(JSON.stringify({ requests: requests.length, points }))
  void server.close()
})
