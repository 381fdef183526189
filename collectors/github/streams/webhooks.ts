import { defineStream, DeniedError, observedOf, type Page, quoted, type Reader, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { pathOf } from '../listing.ts'
import { everyRepository, metadata } from '../permissions.ts'
import { organizationHooks, repositoryHooks } from '../security/permissions.ts'
import { estimateForEach, readEach } from '../security/reading.ts'
import type { Organization, Session } from '../session.ts'

const Webhook = z.strictObject({
  id: z.int(),
  active: z.boolean(),
  /** `https://ci.example.com`: scheme and host only, as the rest of such an address is often a secret. `null`: no such address. */
  origin: z.string().nullable(),
  /** Whether the certificate of the receiver is checked. */
  verifiesTls: z.boolean().nullable(),
  /** Whether what is sent is signed. GitHub shows asterisks in place of the secret. */
  hasSecret: z.boolean(),
  events: z.array(z.string()),
})
export type Webhook = z.output<typeof Webhook>

export const WebhooksRecord = z.strictObject({
  /** Name of the repository; `null` for the hooks of the organisation itself. */
  repository: z.string().nullable(),
  organization: z.string(),
  /** Why nothing was read. `null`: it was. */
  notRead: z.enum(['archived', 'excluded']).nullable(),
  /** The reason config gives for `excluded`. */
  excluded: z.string().nullable(),
  /** `null` when not read. */
  hooks: observedOf(z.array(Webhook)).nullable(),
})
export type WebhooksRecord = z.output<typeof WebhooksRecord>

/** https://docs.github.com/en/rest/orgs/webhooks#list-organization-webhooks; those of repositories have the same fields. */
const HookAnswer = z.object({
  id: z.int(),
  active: z.boolean(),
  events: z.array(z.string()),
  config: z.object({
    url: told(z.string()),
    insecure_ssl: told(z.union([z.string(), z.number()])),
    secret: told(z.string()),
  }),
})

function hookOf({ id, active, events, config }: z.output<typeof HookAnswer>): Webhook {
  const url = URL.parse(config.url ?? '')
  return {
    id,
    active,
    origin: url && `${url.protocol}//${url.host}`,
    verifiesTls: config.insecure_ssl === null ? null : String(config.insecure_ssl) === '0',
    hasSecret: config.secret !== null && config.secret !== '',
    events: events.toSorted(),
  }
}

async function hooksOf(
  { client }: Organization,
  route: string,
  params: Readonly<Record<string, string>>,
  what: string,
  permission: string,
  reader: Reader,
) {
  return reader.observe(`${what}: webhooks`, async () => {
    const hooks = await client.all(route, params, HookAnswer, {
      permission,
      explain: ({ status }) =>
        status === 404
          ? new DeniedError(`${what}: GitHub hides webhooks (404); grant ${permission}`, { status, permission })
          : undefined,
    })
    return hooks.map(hookOf).sort((a, b) => a.id - b.id)
  })
}

export const webhooks = defineStream({
  id: 'github.webhooks',
  version: 1,
  title: 'Webhooks of the organisation and of each repository',
  record: WebhooksRecord,
  key: ({ repository, organization }) => repository ?? organization,
  permissions: [metadata, organizationHooks, repositoryHooks, everyRepository],
  estimate: estimateForEach(1),
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/hooks`)}; gh api --paginate ${quoted(`/orgs/${scope.id}/repos`)} --jq '.[].full_name' | xargs -I{} gh api --paginate /repos/{}/hooks`,
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const at = session.in(scope)
    const { organization } = at
    const own = await hooksOf(
      at,
      '/orgs/{org}/hooks',
      { org: organization },
      organization,
      organizationHooks.name,
      reader,
    )
    yield {
      records: [{ repository: null, organization, notRead: null, excluded: null, hooks: own } satisfies WebhooksRecord],
      number: 1,
      last: false,
    }
    const pages = readEach(at, reader, { organization, hooks: null }, async (repository) => ({
      organization,
      hooks: await hooksOf(
        at,
        '/repos/{owner}/{repo}/hooks',
        pathOf(repository),
        repository.full_name,
        repositoryHooks.name,
        reader,
      ),
    }))
    for await (const page of pages) {
      yield { ...page, number: page.number + 1, ...(page.total !== undefined && { total: page.total + 1 }) }
    }
  },
})
