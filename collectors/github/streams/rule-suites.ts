import { defineStream, DeniedError, type Page, pagesFrom, quoted, type ReadError, z } from 'affiant/sdk'
import { accountFields, told } from '../answers.ts'
import type { ListPage } from '../client.ts'
import { instead } from '../instead.ts'
import { WITH_BYPASSES } from '../kinds.ts'
import { listRepositories, pathOf } from '../listing.ts'
import { metadata } from '../permissions.ts'
import { ruleSuiteAccess } from '../changes/permissions.ts'
import type { Organization, Session } from '../session.ts'

/** Somebody was let past a ruleset. */
export const RuleSuiteRecord = z.strictObject({
  id: z.string(),
  /** `owner/name`. */
  repository: z.string(),
  /** `refs/heads/main`. */
  ref: z.string(),
  /** When it was pushed or merged, in UTC. */
  occurredAt: z.iso.datetime(),
  /** Who did it. Both fields are null if GitHub does not say. */
  actor: z.strictObject(accountFields),
  beforeSha: z.string(),
  /** What the ref points at since then: `sha` of a change. */
  afterSha: z.string(),
  /** Types of the rules that were not met, and of what ruleset they are. */
  broken: z.array(z.strictObject({ rule: z.string(), ruleset: z.string().nullable() })),
})
export type RuleSuiteRecord = z.output<typeof RuleSuiteRecord>

const SuiteItem = z.object({
  id: z.int(),
  actor_name: told(z.string()),
  before_sha: z.string(),
  after_sha: z.string(),
  ref: z.string(),
  repository_name: z.string(),
  pushed_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString()),
  result: z.string(),
})
type SuiteItem = z.output<typeof SuiteItem>

const SuiteDetail = z.object({
  rule_evaluations: z.array(
    z.object({
      rule_type: z.string(),
      result: z.string(),
      enforcement: told(z.string()),
      rule_source: told(z.object({ name: told(z.string()) })),
    }),
  ),
})

/**
 * No population of the run's period: GitHub can be asked for the last month at most, whatever the period is.
 * https://docs.github.com/en/rest/orgs/rule-suites#list-organization-rule-suites
 */
export const ruleSuites = defineStream({
  id: 'github.rule-suites',
  version: 1,
  title: 'Pushes and merges of the last month that were let past a ruleset',
  record: RuleSuiteRecord,
  appliesTo: WITH_BYPASSES,
  key: ({ id }) => id,
  label: ({ repository, ref, occurredAt }) => `${repository} ${ref} at ${occurredAt}`,
  permissions: [ruleSuiteAccess, metadata],
  redact: { 'actor.login': 'pseudonym' },
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/rulesets/rule-suites?rule_suite_result=bypass&time_period=month`)}`,
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const at = session.in(scope)
    const { pages } = await instead(
      reader,
      () => ofOrganization(at),
      () => ofRepositories(at),
    )
    async function* read() {
      for await (const { items, cursor, last, base } of pages) {
        const records = await Promise.all(items.map((item) => recordOf(at, item, base)))
        yield { records, cursor, last }
      }
    }
    yield* pagesFrom(read(), (page) => page)
  },
})

interface SuitePage extends ListPage<SuiteItem> {
  /** Where one of them is asked for. */
  base: string
}

const BYPASSES = { rule_suite_result: 'bypass', time_period: 'month' }

/** To those who may not see them GitHub answers 404 as well. */
const options = {
  permission: ruleSuiteAccess.name,
  explain({ status }: { status: number }): ReadError | undefined {
    return status === 403 || status === 404
      ? new DeniedError(`GitHub shows who went past a ruleset only to those who may change it`, {
          permission: ruleSuiteAccess.name,
          status,
        })
      : undefined
  },
}

async function* ofOrganization({ client, organization: org }: Organization): AsyncIterable<SuitePage> {
  const route = '/orgs/{org}/rulesets/rule-suites'
  for await (const page of client.pages(route, { org, ...BYPASSES }, SuiteItem, options)) {
    yield { ...page, base: `/orgs/${org}/rulesets/rule-suites` }
  }
}

/** Repository by repository, for those who may change the rulesets of repositories only. */
async function* ofRepositories(at: Organization): AsyncIterable<SuitePage> {
  for await (const list of listRepositories(at)) {
    for (const [place, repository] of list.items.entries()) {
      const { owner, repo } = pathOf(repository)
      const route = '/repos/{owner}/{repo}/rulesets/rule-suites'
      const isLast = list.last && place === list.items.length - 1
      for await (const page of at.client.pages(route, { owner, repo, ...BYPASSES }, SuiteItem, options)) {
        yield { ...page, last: isLast && page.last, base: `/repos/${owner}/${repo}/rulesets/rule-suites` }
      }
    }
    if (list.last && list.items.length === 0) yield { items: [], cursor: list.cursor, last: true, base: '' }
  }
}

async function recordOf(
  { client, organization }: Organization,
  item: SuiteItem,
  base: string,
): Promise<RuleSuiteRecord> {
  const { rule_evaluations: rules } = await client.get(`${base}/{id}`, { id: item.id }, SuiteDetail, options)
  const broken = rules.filter(({ result, enforcement }) => result === 'fail' && enforcement !== 'evaluate')
  const name = item.actor_name
  const isApp = name?.endsWith('[bot]') ?? false
  return {
    id: String(item.id),
    repository: `${organization}/${item.repository_name}`,
    ref: item.ref,
    occurredAt: item.pushed_at,
    actor: isApp ? { login: null, app: name?.replace(/\[bot\]$/, '') ?? null } : { login: name, app: null },
    beforeSha: item.before_sha,
    afterSha: item.after_sha,
    broken: broken.map(({ rule_type: rule, rule_source: source }) => ({ rule, ruleset: source?.name ?? null })),
  }
}
