import { defineStream, pagesFrom, quoted } from 'affiant/sdk'
import { instead } from '../instead.ts'
import { eachRepository } from '../listing.ts'
import { administration, everyRepository, metadata } from '../permissions.ts'
import { bulkProtection, byRest } from '../protection/bulk.ts'
import { BranchProtectionRecord } from '../protection/record.ts'
import { rulesetReader } from '../protection/rest.ts'
import type { Session } from '../session.ts'

export type { BranchProtectionRecord }

export const branchProtection = defineStream({
  id: 'github.branch-protection',
  version: 2,
  title: 'Protection of each default branch, by classic rules and by rulesets',
  record: BranchProtectionRecord,
  key: (record) => record.repository,
  permissions: [metadata, administration, everyRepository],
  limit: 'graphql',
  reproduce: (scope) =>
    `gh api --paginate ${quoted(`/orgs/${scope.id}/repos`)} --jq '.[] | [.full_name, .default_branch] | @tsv' | while read -r repo branch; do gh api "/repos/$repo/branches/$branch/protection"; gh api --paginate "/repos/$repo/rules/branches/$branch"; done`,
  async *collect(session: Session, scope, reader) {
    const at = session.in(scope)
    const reading = { at, reader, readRuleset: rulesetReader(at) }
    const { pages } = await instead(
      reader,
      () => pagesFrom(bulkProtection(at, reader), (page) => page),
      () => eachRepository(at, reader, (repository) => byRest(repository, reading)),
    )
    yield* pages
  },
})
