import { describe, expect, it } from 'vitest'
import type { Check, Dataset, Verdict } from 'affiant/sdk'
import { reckon } from '../../../collectors/github/changes/branch.ts'
import { changeExample, pushExample } from '../../../collectors/github/changes/example.ts'
import type { ChangeRecord } from '../../../collectors/github/changes/record.ts'
import type { Activity, Commit, Pull } from '../../../collectors/github/changes/model.ts'
import { pullRecord } from '../../../collectors/github/changes/write.ts'
import { changesReviewed } from '../../../collectors/github/checks/changes-reviewed.ts'
import { dutiesSeparated } from '../../../collectors/github/checks/duties-separated.ts'

/*
 * What somebody would do who wants a change to look reviewed.
 */

const AT = (day: number, minute = 0) => Date.parse('2026-07-01T00:00:00Z') + day * 86_400_000 + minute * 60_000
const person = (login: string) => ({ login, app: null })

function commit(sha: string, parent: string | null, day: number): Commit {
  const authorship = { accounts: [person('dev')], commits: 1, unlinked: 0 }
  return { sha, committedAt: AT(day), authorship, parent, pulls: async () => [] }
}

const push = (before: string, after: string, at: number, type = 'push'): Activity => ({
  before,
  after,
  at,
  type,
  actor: person('dev'),
})

describe('a commit that was pushed to the branch and of which a pull request tells later', () => {
  const pull = (mergedAt: number): Pull => ({
    number: 7,
    createdAt: AT(1),
    updatedAt: mergedAt,
    mergedAt,
    author: person('dev'),
    base: 'main',
    baseNow: 'main',
    headSha: 'later',
    mergeSha: 'merge',
    autoMerge: false,
    workItems: [],
    details: () => Promise.reject(new Error('not asked for')),
    checks: () => Promise.reject(new Error('not asked for')),
  })

  function counted(pushedAt: number, mergedAt: number) {
    const chain = [commit('merge', 'pushed', 9), commit('pushed', 'root', 2)]
    const one = pull(mergedAt)
    return reckon({
      branch: 'main',
      counted: { main: 'main', names: new Set(['main']) },
      pulls: [one],
      activity: [push('root', 'pushed', pushedAt), push('pushed', 'merge', mergedAt, 'pr_merge')],
      from: AT(0),
      to: AT(90),
      walk: {
        chain,
        claims: new Map([
          ['merge', one],
          ['pushed', one],
        ]),
        seen: new Map(chain.map((each) => [each.sha, each])),
        elsewhere: new Set(),
      },
      shared: new Set(),
    })
  }

  it('is a direct push all the same', () => {
    const { changes, notOnBranch, notListed } = counted(AT(2), AT(9))
    expect(changes.map(({ kind }) => kind).toSorted()).toEqual(['direct-push', 'pull-request'])
    expect(changes.find(({ kind }) => kind === 'direct-push')).toMatchObject({ sha: 'pushed', at: AT(2) })
    expect([notOnBranch, notListed]).toEqual([[], []])
  })

  it('is none where the push is what merged the pull request', () => {
    expect(counted(AT(2), AT(2, 1)).changes.map(({ kind }) => kind)).toEqual(['pull-request'])
  })
})

describe('a commit whose author line names a robot', () => {
  async function judge(change: Partial<ChangeRecord>): Promise<Verdict | undefined> {
    const dataset = (records: readonly unknown[]): Dataset<never> => ({
      async *items() {
        for (const record of records)
          yield { record: record as never, key: 'k', label: 'l', source: 's', scope: 'c', readAt: new Date(0) }
      },
    })
    const authors = [{ login: null, app: 'renovate' }]
    const inputs = { changes: dataset([pushExample({ authors, ...change })]), deployments: dataset([]) }
    const check: Check = dutiesSeparated
    if (check.kind !== 'all') throw new Error('it reads two streams')
    for await (const result of check.evaluate(inputs, { params: {}, at: new Date(0) })) return result
    return undefined
  }

  it('is that of whoever pushed it', async () => {
    expect(await judge({ by: person('dev'), merger: person('dev') })).toMatchObject({ status: 'fail' })
  })

  it('is not known to be a robot’s where nobody says who pushed it', async () => {
    const nobody = { login: null, app: null }
    expect(await judge({ by: nobody, merger: nobody })).toMatchObject({ status: 'unknown' })
  })

  it('is one where an app pushed it', async () => {
    const app = { login: null, app: 'renovate' }
    expect(await judge({ by: app, merger: app })).toMatchObject({ status: 'not-applicable', reason: 'app' })
  })
})

describe('an approval by an account that does not belong to the organisation', () => {
  const pull: Pull = {
    number: 7,
    createdAt: AT(1),
    updatedAt: AT(3),
    mergedAt: AT(3),
    author: person('dev'),
    base: 'main',
    baseNow: 'main',
    headSha: 'head',
    mergeSha: 'merge',
    autoMerge: false,
    workItems: ['OPS-1'],
    details: () => Promise.reject(new Error('not asked for')),
    checks: () => Promise.reject(new Error('not asked for')),
  }
  const review = { reviewer: person('stranger'), state: 'APPROVED', submittedAt: AT(2), commit: 'head' } as const
  const record = (isPrivate: boolean, insider: boolean) =>
    pullRecord(
      { kind: 'pull-request', pull, activity: undefined },
      {
        merger: person('dev'),
        reviews: [{ ...review, insider }],
        authorship: { accounts: [person('dev')], commits: 1, unlinked: 0 },
      },
      { state: 'observed', value: { state: 'success', total: 1, checks: [] } },
      {
        repository: { full_name: 'acme/api', private: isPrivate },
        branch: { name: 'main', required: [] },
        excluded: null,
      },
    )
  const judge = (of: ChangeRecord) => {
    const check: Check = changesReviewed
    if (check.kind !== 'each') throw new Error('it reads one stream')
    return check.evaluate(of, { params: check.params.parse({}), at: new Date(0), readAt: new Date(0) })
  }

  it('is no approval in a public repository, where anybody can give one', () => {
    expect(record(false, false)).toMatchObject({ independentApproval: false, reviews: [{ insider: false }] })
    expect(judge(record(false, false))).toMatchObject({ status: 'unknown', reason: 'unavailable' })
    expect(judge({ ...record(false, false), workItems: [] })).toMatchObject({ status: 'fail' })
  })

  it('counts where only who was let in can give one, also if they have left since', () => {
    expect(judge(record(true, false))).toMatchObject({ status: 'pass' })
    expect(judge(record(false, true))).toMatchObject({ status: 'pass' })
  })

  it('does not take the blame from somebody who approved their own work', () => {
    const own = changeExample({ independentApproval: false, authors: [person('person-b')] })
    expect(judge(own)).toMatchObject({ status: 'fail' })
  })
})
