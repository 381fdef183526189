/** What a new collector is called. */
export interface NewCollector {
  /** Kebab-case; becomes the folder's name and the start of every id. */
  id: string
  title: string
}

const ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const TITLE = /^[\p{L}\p{N}][\p{L}\p{N} .,&()+/-]{0,59}$/u

/** Why this cannot be the name of a collector; `undefined` if it can. */
export function refusal({ id, title }: NewCollector): string | undefined {
  if (!ID.test(id)) return `"${id}" is no id: write lower-case letters, digits and single hyphens, as in "jira"`
  if (!TITLE.test(title))
    return `"${title}" is no title: write up to 60 letters, digits and spaces, as in --title "Jira Cloud"`
  return undefined
}

/**
 * The files of a collector that compiles and says itself what is still missing: its contract is red until every empty
 * text is written and every `notReadYet` is gone. Keys are paths within its folder.
 */
export function filesOf({ id, title }: NewCollector): Readonly<Record<string, string>> {
  return {
    'index.ts': `import { defineCollector, z } from 'affiant/sdk'
import { usersHaveSecondFactor } from './checks/users-have-second-factor.ts'
import { users } from './streams/users.ts'

export const collector = defineCollector({
  apiVersion: 1,
  id: '${id}',
  title: '${title}',
  // Address of the API's documentation.
  docs: '',
  config: z.strictObject({
    baseUrl: z.url().describe('Root of the API.'),
  }),
  secrets: { token: 'Access token, with read access only.' },
  // What the vendor documents, with the address of that page in a comment.
  limits: [{ id: 'api', perMinute: 60, concurrency: 2 }],
  open: async (context) => (await import('./client.ts')).connect(context),
  identify: (client) => client.identity(),
  // What the config says the source must be. The engine compares it with what identify() found.
  expects: () => ({}),
  async *scopes(client) {
    yield { id: (await client.identity()).id }
  },
  streams: [users],
  checks: [usersHaveSecondFactor],
})
`,
    'client.ts': `import { type CollectContext, DeniedError, errorForStatus, InvalidError, type SourceIdentity, z } from 'affiant/sdk'

/** One page of users as the source answers it. */
const UserPage = z.object({
  users: z.array(z.object({ id: z.string(), email: z.string(), secondFactor: z.boolean() })),
  next: z.string().nullable(),
})

export type Client = ReturnType<typeof connect>

/** The only file that knows the API; a vendor's library is imported here and nowhere else, and given \`context.fetch\`. */
export function connect({ config, secrets, fetch }: CollectContext<{ baseUrl: string }, 'token'>) {
  const { token } = secrets
  if (token === undefined) throw new DeniedError('no token is configured; set \`secrets.token\` of this source')

  async function get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const response = await fetch(config.baseUrl + path, { headers: { authorization: \`Bearer \${token?.reveal()}\` } })
    if (!response.ok) throw errorForStatus(response.status, \`GET \${path}: HTTP \${response.status}\`)
    return shape.parse(await response.json())
  }

  return {
    /** Ask the source which account this is; never copy it from the config. */
    async identity(): Promise<SourceIdentity> {
      throw new InvalidError('${id} is not read yet: write identity() in collectors/${id}/client.ts')
    },
    users: (cursor: string) => get(\`/users?after=\${encodeURIComponent(cursor)}\`, UserPage),
  }
}
`,
    'streams/users.ts': `import { defineStream, InvalidError, z } from 'affiant/sdk'
import type { Client } from '../client.ts'

export const users = defineStream({
  id: '${id}.users',
  version: 1,
  title: 'Users',
  // An allow-list: what is not named here is not written.
  record: z.object({ id: z.string(), email: z.string(), secondFactor: z.boolean() }),
  key: (user) => user.id,
  // The right in the vendor's own words, why it is needed, and the page that documents it.
  permissions: [{ name: '', why: '', url: '' }],
  redact: { email: 'pseudonym' },
  async *collect(_client: Client) {
    throw new InvalidError('${id}.users is not read yet: write collect() in collectors/${id}/streams/users.ts')
  },
})
`,
    'checks/users-have-second-factor.ts': `import { checkEach, fail, pass } from 'affiant/sdk'
import { users } from '../streams/users.ts'

const example = { id: 'u1', email: 'person@example.com' }

export const usersHaveSecondFactor = checkEach(users, {
  id: '${id}.users-have-second-factor',
  revision: 1,
  title: 'Every user has a second factor',
  severity: 'high',
  // Why it matters, in a sentence.
  rationale: '',
  // Where to click, in the vendor's own words.
  remediation: '',
  criteria: () => ({ pass: '', fail: '' }),
  examples: {
    pass: { record: { ...example, secondFactor: true } },
    fail: { record: { ...example, secondFactor: false } },
  },
  evaluate: (user) => (user.secondFactor ? pass() : fail('No second factor is registered.')),
})
`,
    'fixture.ts': `import type { Fixture } from 'affiant/testing'

/** A small source in good health, written by hand: two pages at least. The contract makes it fail in every way. */
export const fixture: Fixture = {
  folder: import.meta.dirname,
  config: { baseUrl: 'https://${id}.example.com/api' },
  secrets: { token: 'made-up-token' },
  baseUrl: 'https://${id}.example.com/api',
  routes: {},
  records: { '${id}.users': 2 },
  pages: { stream: '${id}.users', first: '/users?after=', second: '/users?after=u1' },
  people: [],
}
`,
    'README.md': `# ${title}

How to connect it: which account to make, which rights to give it, where to find the token.

\`\`\`yaml
sources:
  - id: my-${id}
    collector: ${id}
    config:
      baseUrl: https://${id}.example.com/api
    secrets:
      token: { env: MY_TOKEN }
\`\`\`

## Permissions

<!-- generated:permissions -->
<!-- /generated -->

## Streams

<!-- generated:streams -->
<!-- /generated -->

## Checks

<!-- generated:checks -->
<!-- /generated -->
`,
  }
}

/** What to do next, printed at the end. */
export function nextSteps({ id }: NewCollector): string {
  return `Wrote collectors/${id}/. It compiles, and its contract is red until it is real:

  npx vitest run test/contract/collectors.test.ts -t "contract of ${id}:"

1. collectors/${id}/fixture.ts: write down a small source, two pages at least.
2. collectors/${id}/client.ts and streams/: read it.
3. collectors/${id}/checks/ and the empty texts of the manifest: say what is good, why, and what to do.
4. mappings/iso27001-2022/map.yaml: map each check to its controls; npm test demands that every check is mapped.
5. npm run generate, then npm test.

docs/adding-a-collector.md walks through an example.
`
}
