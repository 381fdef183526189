import { textOf } from '../facts.ts'
import { createHash } from 'node:crypto'
import { administers } from '../site.ts'
import type { Repository } from '../world.ts'
import type { PageArguments } from './connection.ts'
import { type At, needIn, nodeId, paged } from './context.ts'
import { rulesOn } from './protection.ts'
import { type PullArguments, pullsOf } from './pulls.ts'

/** A branch. Its protection is null to those who may not administer the repository, as if there were none. */
export function refNode(call: At, repository: Repository, name: string): Record<string, unknown> {
  const { seed, defaultBranch } = repository
  const administered = administers(call.world, call.principal)
  const classic = name === defaultBranch ? seed.classic : undefined
  return {
    __typename: 'Ref',
    id: nodeId('REF', `${repository.id}:refs/heads/${name}`),
    name,
    prefix: 'refs/heads/',
    repository: () => call.make.repository(call, repository),
    target: () => {
      needIn(call, repository, 'contents=read')
      const history = call.site.history(repository)
      const head = history.commits.get(history.branches.get(name) ?? '')
      return head ? call.make.commit(call, repository, head) : null
    },
    branchProtectionRule: () =>
      classic && administered ? call.make.branchProtection(call, repository, classic) : null,
    refUpdateRule: classic
      ? {
          allowsDeletions: classic.allowDeletions ?? false,
          allowsForcePushes: classic.allowForcePushes ?? false,
          blocksCreations: false,
          pattern: name,
          requiredApprovingReviewCount: classic.reviews?.count ?? null,
          requiredStatusCheckContexts: [...(classic.statusChecks?.contexts ?? [])],
          requiresCodeOwnerReviews: classic.reviews?.codeOwners ?? false,
          requiresConversationResolution: false,
          requiresLinearHistory: classic.linearHistory ?? false,
          requiresSignatures: classic.signatures ?? false,
          viewerAllowedToDismissReviews: administered,
          viewerCanPush: administered,
        }
      : null,
    rules: (args: PageArguments) =>
      paged(call, rulesOn(repository, name), args, ({ ruleset, rule, index }) =>
        call.make.rule(call, ruleset, rule, index),
      ),
    associatedPullRequests: (args: PullArguments) => {
      needIn(call, repository, 'pull_requests=read')
      const pulls = pullsOf(call, repository, args).filter(({ headName }) => headName === name)
      return paged(call, pulls, args, (one) => call.make.pull(call, repository, one))
    },
  }
}

/** A commit by sha or branch, or a file of the default branch (`HEAD:SECURITY.md`). */
export function objectNode(call: At, repository: Repository, args: { expression?: string; oid?: string }) {
  needIn(call, repository, 'contents=read')
  const { commits, branches } = call.site.history(repository)
  const [ref = '', path] = (args.oid ?? args.expression ?? '').split(':')
  const branch = ref === 'HEAD' ? repository.defaultBranch : ref.replace(/^refs\/heads\//, '')
  const commit = commits.get(ref) ?? commits.get(branches.get(branch) ?? '')
  if (path === undefined || !commit) return commit ? call.make.commit(call, repository, commit) : null
  const text = textOf(repository, path)
  if (text === undefined) return null
  const oid = createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest('hex')
  return {
    __typename: 'Blob',
    id: nodeId('B', oid),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    byteSize: Buffer.byteLength(text),
    isBinary: false,
    isTruncated: false,
    text,
    repository: () => call.make.repository(call, repository),
  }
}
