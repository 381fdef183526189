import type { ChangeRecord } from './record.ts'

const person = (login: string) => ({ login, app: null })

/** A pull request as it should be, for the examples of checks. */
export function changeExample(parts: Partial<ChangeRecord> = {}): ChangeRecord {
  return {
    kind: 'pull-request',
    repository: 'acme/api',
    branch: 'main',
    occurredAt: '2026-01-02T10:00:00.000Z',
    timeFrom: 'merge',
    number: 7,
    sha: 'c0ffee0000000000000000000000000000000007',
    headSha: 'beef000000000000000000000000000000000007',
    activity: 'pr_merge',
    createdAt: '2026-01-01T10:00:00.000Z',
    by: person('person-a'),
    authors: [person('person-a')],
    commits: 1,
    unlinkedCommits: 0,
    merger: person('person-b'),
    autoMerge: false,
    reviews: [
      {
        reviewer: person('person-b'),
        state: 'approved',
        submittedAt: '2026-01-02T09:00:00.000Z',
        commit: 'beef000000000000000000000000000000000007',
        afterLastPush: true,
        insider: true,
      },
    ],
    independentApproval: true,
    checks: {
      state: 'observed',
      value: { state: 'success', reported: 1, required: [{ name: 'build', conclusion: 'success' }] },
    },
    workItems: ['OPS-12'],
    otherPullRequests: [],
    excluded: null,
    ...parts,
  }
}

/** A commit that nobody but its author saw. */
export function pushExample(parts: Partial<ChangeRecord> = {}): ChangeRecord {
  return changeExample({
    kind: 'direct-push',
    timeFrom: 'activity',
    number: null,
    headSha: 'c0ffee0000000000000000000000000000000007',
    activity: 'push',
    merger: person('person-a'),
    reviews: [],
    independentApproval: false,
    checks: { state: 'absent' },
    workItems: [],
    ...parts,
  })
}

/** What a change is called in a sentence. */
export function nameOf({ repository, branch, number, sha }: ChangeRecord): string {
  return number === null ? `commit ${sha?.slice(0, 10)} on ${branch} of ${repository}` : `${repository}#${number}`
}
