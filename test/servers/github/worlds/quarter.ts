import type { GithubOptions } from '../options.ts'
import { blockDeletion, blockForcePushes, type OrganizationSeed, pullRequestRule, statusChecksRule } from '../seed.ts'
import type { MergeSeed, PullSeed } from '../seed-changes.ts'

const DAY = 86_400_000
const AUTHORS = ['green-otter', 'black-heron', 'pink-lynx', 'brown-ibis', 'cyan-marten'] as const
const METHODS = ['squash', 'merge', 'rebase'] as const
const iso = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z')
const person = (index: number) => AUTHORS[index % AUTHORS.length] ?? 'green-otter'

/** The quarter of {@link quarter}, half-open. */
export const QUARTER = { from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' } as const
/** What is in it: 57 merged pull requests and 2 direct pushes in the quarter, 4 merged outside of it. */
export const QUARTER_COUNTS = { merged: 57, pushes: 2, outside: 4 } as const
/** The repository that no token sees. */
export const UNSEEN = 'vault-keys'

/** Opened the day before, approved in between by somebody else, checks passed. */
function pull(index: number, mergedAt: string, parts: Partial<PullSeed> = {}): PullSeed {
  const at = Date.parse(mergedAt)
  const author = person(index)
  const method = METHODS[index % METHODS.length] ?? 'squash'
  const openedAt = iso(at - DAY)
  const commits = Array.from({ length: method === 'rebase' ? 2 : 1 }, (_, place) => ({
    message: `Change ${index}, part ${place + 1}`,
    committedAt: iso(at - DAY + place * 60_000),
  }))
  const merged: MergeSeed = { at: mergedAt, by: person(index + 2), method }
  return {
    title: `OPS-${100 + index} change ${index}`,
    author,
    openedAt,
    commits,
    reviews: [{ author: person(index + 1), submittedAt: iso(at - 3_600_000) }],
    checks: [{ name: 'build' }, { name: 'security-scan' }],
    merged,
    ...parts,
  }
}

/** 57 moments in the quarter: its first and last second, and days between them. */
const inside = [
  QUARTER.from,
  ...Array.from({ length: 55 }, (_, index) => iso(Date.parse(QUARTER.from) + (index + 1) * 1.6 * DAY)),
  '2026-03-31T23:59:59Z',
]
const outside = ['2025-12-15T10:00:00Z', '2025-12-31T23:59:59Z', QUARTER.to, '2026-04-02T09:00:00Z']

/** Pull requests that did not go as they should, by their place in the quarter. */
const FLAWS: Readonly<Record<number, (made: PullSeed) => PullSeed>> = {
  // Nobody looked at it.
  7: (made) => ({ ...made, reviews: [] }),
  // Approved, then pushed to again.
  19: (made) => ({
    ...made,
    commits: [
      ...(made.commits ?? []),
      { message: 'One more thing', committedAt: iso(Date.parse(made.merged?.at ?? '') - 600_000) },
    ],
  }),
  // A required check failed, and an administrator merged past the rules.
  31: (made) => ({
    ...made,
    checks: [{ name: 'build', conclusion: 'failure' }, { name: 'security-scan' }],
    ...(made.merged && { merged: { ...made.merged, bypass: { rules: ['required_status_checks'] } } }),
  }),
  // Written and merged by the same person, approved by another.
  43: (made) => ({ ...made, ...(made.merged && { merged: { ...made.merged, by: made.author } }) }),
}

const pulls: readonly PullSeed[] = [
  ...outside.slice(0, 2).map((at, index) => pull(index, at)),
  ...inside.map((at, index) => {
    const made = pull(index + 2, at)
    return FLAWS[index]?.(made) ?? made
  }),
  ...outside.slice(2).map((at, index) => pull(index + 59, at)),
]

/**
 * Story A2 of the requirements: one repository whose pull requests fill three pages (with {@link QUARTER_OPTIONS}), 57
 * merged in the quarter and 4 outside, two direct pushes to `main`; one archived repository; one that no token sees.
 */
const quarter: OrganizationSeed = {
  login: 'quarter-works',
  id: 90_000_003,
  name: 'Quarter Works (demo data)',
  plan: 'team',
  settings: {
    twoFactorRequired: true,
    basePermission: 'read',
    membersCanCreatePublicRepositories: false,
    membersCanDeleteRepositories: false,
    membersCanChangeVisibility: false,
    membersCanInviteOutsideCollaborators: false,
    membersCanForkPrivateRepositories: false,
  },
  members: [
    { login: 'green-otter', role: 'owner' },
    { login: 'black-heron', role: 'owner' },
    { login: 'pink-lynx' },
    { login: 'brown-ibis' },
    { login: 'cyan-marten' },
  ],
  outsideCollaborators: [],
  teams: [],
  rulesets: [],
  repositories: [
    {
      name: 'control-plane',
      language: 'Go',
      pushedAt: '2026-04-02T09:00:00Z',
      createdAt: '2025-01-10T08:00:00Z',
      codeOwners: [],
      rulesets: [
        {
          name: 'main',
          rules: [
            pullRequestRule({ count: 1, dismissStale: true }),
            statusChecksRule(['build', 'security-scan']),
            blockForcePushes,
            blockDeletion,
          ],
          bypass: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
        },
      ],
      history: {
        pulls,
        pushes: [
          {
            by: 'black-heron',
            at: '2026-02-11T03:12:09Z',
            commits: [{ message: 'Turn the pump off', committedAt: '2026-02-11T03:11:40Z' }],
            bypass: { rules: ['pull_request', 'required_status_checks'] },
          },
          {
            by: 'green-otter',
            at: '2026-03-20T17:45:00Z',
            // Written long before it was pushed.
            commits: [{ message: 'Old idea', committedAt: '2025-11-30T12:00:00Z' }],
            bypass: { rules: ['pull_request'] },
          },
        ],
      },
    },
    {
      name: 'old-gateway',
      archived: true,
      pushedAt: '2024-05-02T10:00:00Z',
      createdAt: '2022-01-10T08:00:00Z',
    },
    { name: UNSEEN, pushedAt: '2025-10-20T10:00:00Z', createdAt: '2025-06-01T08:00:00Z' },
  ],
}

/** How {@link quarter} is served: 61 pull requests fill three pages, and {@link UNSEEN} is not there. */
export const QUARTER_OPTIONS: Pick<GithubOptions, 'seed' | 'largestPage' | 'hidden'> = {
  seed: quarter,
  largestPage: 30,
  hidden: { [UNSEEN]: 'absent' },
}
