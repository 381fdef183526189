import { asReadError, type CollectContext, InvalidError, type SourceIdentity } from 'affiant/sdk'
import { OrganizationAnswer } from './answers.ts'
import type { GithubClient, Principal } from './client.ts'
import { type ConfiguredOrganization, type GithubConfig, type GithubSecret, organizationsOf } from './config.ts'
import { isOpen, type Organization, type Session, sessionOf, type Unopened } from './session.ts'
import { standingOf } from './standing.ts'

type Context = CollectContext<GithubConfig, GithubSecret>
type Connect = (organization: ConfiguredOrganization) => GithubClient

/**
 * Opens each organisation of the source. One of several that cannot be opened fails alone; the only one, or all of them, fail
 * the source.
 */
export async function openOrganizations(context: Context, connect: Connect): Promise<Session> {
  const configured = organizationsOf(context.config)
  /** Of a token the same everywhere; of an app each installation has its own. */
  const principals = new Map<GithubClient, Promise<Principal>>()
  const open = async (one: ConfiguredOrganization): Promise<Organization> => {
    const client = connect(one)
    const { id, login, plan } = await client.get('/orgs/{org}', { org: one.login }, OrganizationAnswer)
    const organizationId = String(id)
    if (configured.length > 1 && one.id !== undefined && one.id !== organizationId) {
      throw new InvalidError(`config says ${one.login} has the id ${one.id}, GitHub says ${organizationId}`)
    }
    const asking = principals.get(client) ?? client.principal()
    principals.set(client, asking)
    const principal = await asking
    return {
      client,
      principal,
      standing: await standingOf(client, login, principal),
      organization: login,
      organizationId,
      plan: plan?.name ?? null,
      excluded: excludedIn(login, context.config),
      expected: namesIn(
        login,
        context.config.repositories.expected.map((name) => ({ name })),
      ).map(({ own }) => own),
      workItems: context.config.changes.workItems,
      production: context.config.changes.production,
      bypasses: context.config.changes.bypasses,
      period: context.period,
      now: context.clock.now(),
    }
  }
  const organizations = await Promise.all(
    configured.map((one) =>
      open(one).catch((error: unknown): Unopened => ({ organization: one.login, failure: asReadError(error) })),
    ),
  )
  const [first] = organizations
  if (first !== undefined && !isOpen(first) && !organizations.some(isOpen)) throw first.failure
  return sessionOf(organizations)
}

/** Names of config are those of any organisation of the source, or `organisation/name`. */
function excludedIn(login: string, { repositories }: GithubConfig): Map<string, string> {
  return new Map(namesIn(login, repositories.exclude).map(({ own, reason }) => [own, reason]))
}

/** Those that are of this organisation, in lower case and without its name. */
function namesIn<T extends { name: string }>(login: string, named: readonly T[]): (T & { own: string })[] {
  return named.flatMap((one) => {
    const [owner = '', own] = one.name.toLowerCase().split('/')
    if (own === undefined) return [{ ...one, own: owner }]
    return owner === login.toLowerCase() ? [{ ...one, own }] : []
  })
}

/** Of several organisations the ids in one, sorted; rights are those the credentials have in all of them. */
export function identityOf({ organizations }: Session): SourceIdentity {
  const open = organizations.filter(isOpen).toSorted((a, b) => Number(a.organizationId) - Number(b.organizationId))
  const [first] = open
  if (first === undefined) throw new InvalidError('no organisation was opened')
  const rights = open.map(({ principal }) => principal.granted)
  const granted = rights.includes(undefined)
    ? undefined
    : rights[0]?.filter((right) => rights.every((others) => others?.includes(right)))
  return {
    id: open.map(({ organizationId }) => organizationId).join('+'),
    name: open.map(({ organization }) => organization).join(', '),
    principal: { kind: first.principal.kind, name: first.principal.name },
    ...(granted && { granted }),
  }
}
