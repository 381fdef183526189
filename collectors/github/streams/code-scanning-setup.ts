import {
  defineStream,
  DeniedError,
  NotFoundError,
  observedOf,
  quoted,
  type Reader,
  UnlicensedError,
  z,
} from 'affiant/sdk'
import { NOT_INCLUDED } from '../security/alerts.ts'
import { type RepositoryAnswer, told } from '../answers.ts'
import { pathOf } from '../listing.ts'
import { contents, everyRepository, metadata } from '../permissions.ts'
import { codeScanningAlerts as permission, securityAdministration } from '../security/permissions.ts'
import { estimateForEach, readEach, readingFields, Time } from '../security/reading.ts'
import type { Organization, Session } from '../session.ts'

export const CodeScanningSetupRecord = z.strictObject({
  ...readingFields,
  branch: z.string().nullable(),
  /** Nothing was ever pushed. */
  empty: z.boolean(),
  /** The newest analysis of the default branch by each tool; `absent` if there is none at all, `null` when not read. */
  analyses: observedOf(
    z.array(z.strictObject({ tool: z.string(), at: z.iso.datetime(), failed: z.boolean() })),
  ).nullable(),
  /** GitHub's default setup; read only where there is no analysis. */
  setup: observedOf(
    z.strictObject({ state: z.string(), languages: z.array(z.string()), updatedAt: z.iso.datetime().nullable() }),
  ).nullable(),
})
export type CodeScanningSetupRecord = z.output<typeof CodeScanningSetupRecord>
type Rest = Pick<CodeScanningSetupRecord, 'branch' | 'empty' | 'analyses' | 'setup'>

/** https://docs.github.com/en/rest/code-scanning/code-scanning#list-code-scanning-analyses-for-a-repository, newest first */
const AnalysisAnswer = z.object({ created_at: Time, error: z.string(), tool: z.object({ name: z.string() }) })

const SetupAnswer = z.object({
  state: z.string(),
  languages: told(z.array(z.string())),
  updated_at: told(Time),
})

const explain =
  (what: string, right: string) =>
  ({ status, message }: { status: number; message: string }) => {
    if (status === 404 && /^no (?:analysis|default branch)/i.test(message)) {
      return new NotFoundError(`${what}: no analysis`, { status })
    }
    if ((status === 403 || status === 404) && NOT_INCLUDED.test(message)) {
      return new UnlicensedError(
        `${what}: GitHub has no code scanning here: it is not enabled or not part of the plan`,
        {
          status,
        },
      )
    }
    return status === 404
      ? new DeniedError(`${what}: GitHub hides code scanning (404); grant ${right}`, { status, permission: right })
      : undefined
  }

async function setupOf(at: Organization, repository: RepositoryAnswer, reader: Reader): Promise<Rest> {
  const { full_name, default_branch: branch } = repository
  if (branch === null) return { branch, empty: true, analyses: null, setup: null }
  const what = `${full_name}: code scanning`
  const analyses = await reader.observe(
    what,
    async () => {
      const list = await at.client.get(
        '/repos/{owner}/{repo}/code-scanning/analyses',
        { ...pathOf(repository), ref: `refs/heads/${branch}`, sort: 'created', direction: 'desc', per_page: 100 },
        z.array(AnalysisAnswer),
        { permission: permission.name, explain: explain(what, permission.name) },
      )
      return newestByTool(list)
    },
    { absentOn: 'not-found' },
  )
  if (analyses.state !== 'absent') return { branch, empty: false, analyses, setup: null }
  if (await isEmpty(at, repository, branch, reader)) return { branch, empty: true, analyses: null, setup: null }
  const name = `${full_name}: default setup of code scanning`
  const setup = await reader.observe(name, async () => {
    const { state, languages, updated_at } = await at.client.get(
      '/repos/{owner}/{repo}/code-scanning/default-setup',
      pathOf(repository),
      SetupAnswer,
      { permission: securityAdministration.name, explain: explain(name, securityAdministration.name) },
    )
    return { state, languages: (languages ?? []).toSorted(), updatedAt: updated_at }
  })
  return { branch, empty: false, analyses, setup }
}

function newestByTool(list: readonly z.output<typeof AnalysisAnswer>[]) {
  const newest = new Map<string, { tool: string; at: string; failed: boolean }>()
  for (const { created_at: at, error, tool } of list) {
    const before = newest.get(tool.name)
    if (before === undefined || before.at < at) newest.set(tool.name, { tool: tool.name, at, failed: error !== '' })
  }
  return [...newest.values()].sort((a, b) => (a.tool < b.tool ? -1 : 1))
}

/** Of a repository without a commit there is nothing to scan. */
async function isEmpty(
  { client }: Organization,
  repository: RepositoryAnswer,
  branch: string,
  reader: Reader,
): Promise<boolean> {
  const found = await reader.observe(
    `${repository.full_name}: default branch`,
    () =>
      client.get(
        '/repos/{owner}/{repo}/branches/{branch}',
        { ...pathOf(repository), branch },
        z.object({ name: z.string() }),
        {
          permission: contents.name,
          explain: ({ status, message }) =>
            status === 404 && !/^branch not found/i.test(message)
              ? new DeniedError(`${repository.full_name}: GitHub hides its branches (404); grant ${contents.name}`, {
                  status,
                  permission: contents.name,
                })
              : undefined,
        },
      ),
    { absentOn: 'not-found' },
  )
  return found.state === 'absent'
}

export const codeScanningSetup = defineStream({
  id: 'github.code-scanning-setup',
  version: 1,
  title: 'When code scanning last looked at each default branch, and how it is set up',
  record: CodeScanningSetupRecord,
  key: ({ repository }) => repository,
  permissions: [metadata, permission, securityAdministration, contents, everyRepository],
  estimate: estimateForEach(1),
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/repos`)} --jq '.[].full_name' | while read -r repo; do gh api "/repos/$repo/code-scanning/analyses?per_page=100"; gh api "/repos/$repo/code-scanning/default-setup"; done`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    const nothing: Rest = { branch: null, empty: false, analyses: null, setup: null }
    yield* readEach(at, reader, nothing, (repository) => setupOf(at, repository, reader))
  },
})
