import {
  DeniedError,
  InvalidError,
  type Page,
  pagesFrom,
  type Reader,
  TruncatedError,
  UnlicensedError,
  z,
} from 'affiant/sdk'
import { AccountAnswer, accountFields, accountOf, told } from '../answers.ts'
import type { ListPage } from '../client.ts'
import type { RequestOptions } from '../errors.ts'
import { noteHiddenRepositories } from '../listing.ts'
import { Time } from './reading.ts'
import type { Organization } from '../session.ts'

const FULL_PAGE = 100

/** Who closed an alert: a person by login (pseudonymised), or an app by name. */
export const By = z.strictObject(accountFields).nullable()
export const byRedactions = { 'by.login': 'pseudonym' } as const

/** What the alerts of all three kinds have. */
export const AlertFields = z.object({
  number: z.int(),
  created_at: Time,
  repository: z.object({ full_name: z.string() }),
})
export const ByAnswer = told(AccountAnswer).transform((account) => account && accountOf(account))
export const MaybeTime = told(Time)

interface AlertList<T> {
  /** `dependabot`: the part of the path that says which. */
  kind: 'secret-scanning' | 'dependabot' | 'code-scanning'
  item: z.ZodType<T>
  /** Beside the order. */
  params?: Readonly<Record<string, string>>
  permission: string
  /** Answers may hold secrets. */
  secret?: true
}

/**
 * Every alert of the organisation, the oldest first, over the repositories in which the feature is on. GitHub shows them to
 * owners, security managers and apps.
 */
export async function* listAlerts<T extends z.output<typeof AlertFields>>(
  at: Organization,
  reader: Reader,
  { kind, item, params = {}, permission, secret }: AlertList<T>,
): AsyncIterable<ListPage<T>> {
  const { client, organization: org, now } = at
  await noteHiddenRepositories(at, reader)
  const route = `/orgs/{org}/${kind}/alerts`
  const options = {
    permission,
    byCursor: true,
    ...(secret && { secret }),
    explain: (refusal) => explain(refusal, kind, permission),
  } satisfies RequestOptions
  const ordered = { ...params, org, sort: 'created' }
  const owner = `${org}/`.toLowerCase()
  const seen = new Set<string>()
  for await (const page of client.pages(route, { ...ordered, direction: 'asc' }, item, options)) {
    for (const { number, repository } of page.items) {
      if (!repository.full_name.toLowerCase().startsWith(owner)) {
        throw new InvalidError(`GitHub listed an alert of a repository that does not belong to ${org}`)
      }
      seen.add(`${repository.full_name}#${number}`)
    }
    // A cursor does not tell the end of the list from a link that was lost on the way; the newest alert does.
    if (page.last && page.items.length === FULL_PAGE) {
      const newest = await client.get(route, { ...ordered, direction: 'desc', per_page: 1 }, z.array(item), options)
      const missed = newest.find(({ number, repository }) => !seen.has(`${repository.full_name}#${number}`))
      if (missed !== undefined && missed.created_at <= now.toISOString()) {
        throw new TruncatedError(`the ${kind} alerts of ${org} go on after the page GitHub called the last`)
      }
    }
    yield page
  }
}

/** GitHub answers 403 and 404 for what is off, for what is not paid for and for what it hides; its message tells. */
function explain(
  { status, message }: { status: number; message: string },
  kind: string,
  permission: string,
): DeniedError | UnlicensedError | undefined {
  if (status !== 403 && status !== 404) return undefined
  if (NOT_INCLUDED.test(message)) {
    return new UnlicensedError(`GitHub says that ${kind} is not enabled or not part of the plan`, {
      status,
      permission,
    })
  }
  return status === 404
    ? new DeniedError(
        `GitHub hides the ${kind} alerts (404); grant ${permission} to an organization owner, a security manager or an app`,
        { status, permission },
      )
    : undefined
}

export const NOT_INCLUDED =
  /(?:advanced|code|secret) (?:security|protection|scanning) (?:must be|is not|has not been) (?:enabled|available)|(?:is|are) disabled|not (?:enabled|available)|upgrade to/i

/**
 * Records of the alerts that are open and of those that were closed in the period or later; what was closed before it says nothing
 * of it.
 */
export function alertRecords<T>(
  { period }: Organization,
  list: AsyncIterable<ListPage<T>>,
  closedAt: (alert: T) => string | null,
  record: (alert: T) => unknown,
): AsyncIterable<Page> {
  const from = period.from.toISOString()
  async function* pages() {
    for await (const { items, cursor, last } of list) {
      const kept = items.filter((alert) => (closedAt(alert) ?? from) >= from)
      yield { records: kept.map(record), cursor, last }
    }
  }
  return pagesFrom(pages(), (page) => page)
}

export const alertKey = ({ repository, number }: { repository: string; number: number }): string =>
  `${repository}#${number}`
