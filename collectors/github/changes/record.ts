import { observedOf, z } from 'affiant/sdk'
import { accountFields } from '../answers.ts'

const Account = z.strictObject(accountFields)

/** One change that reached the default branch or a protected one. Neither titles nor texts are kept. */
export const ChangeRecord = z.strictObject({
  kind: z.enum(['pull-request', 'direct-push']),
  /** `owner/name`. */
  repository: z.string(),
  branch: z.string(),
  /** When it reached the branch, in UTC. */
  occurredAt: z.iso.datetime(),
  /**
   * How that is known. `merge`: GitHub's time of the merge. `activity`: GitHub's time of the push. `commit`: the committer's
   * clock, which does not contradict what happened before and after on the branch. `neighbours`: it does, and this is the
   * nearest time that does not.
   */
  timeFrom: z.enum(['merge', 'activity', 'commit', 'neighbours']),
  /** Of the pull request; null for a direct push. */
  number: z.int().nullable(),
  /** The commit that brought it to the branch; null where GitHub does not say. */
  sha: z.string().nullable(),
  /** Last commit of the pull request; the pushed commit. */
  headSha: z.string(),
  /** What GitHub recorded: `pr_merge`, `merge_queue_merge`, `push`, `force_push` …; null where it does not say. */
  activity: z.string().nullable(),
  /** When the pull request was opened; of a push what its commit says. UTC. */
  createdAt: z.iso.datetime(),
  /** Who opened the pull request or pushed; both fields are null if GitHub does not say. */
  by: Account,
  /** Who wrote it: the author of the pull request, and authors and committers of its commits. */
  authors: z.array(Account),
  commits: z.int().nonnegative(),
  /** Commits whose author's address belongs to no account of GitHub. */
  unlinkedCommits: z.int().nonnegative(),
  /** Who brought it to the branch. */
  merger: Account,
  autoMerge: z.boolean(),
  /** Reviews before the merge that took a stand, oldest first. */
  reviews: z.array(
    z.strictObject({
      reviewer: Account,
      state: z.enum(['approved', 'changes-requested', 'dismissed']),
      submittedAt: z.iso.datetime(),
      /** The commit that was looked at; null if it is gone. */
      commit: z.string().nullable(),
      /** It was the last commit: nothing was pushed after what was looked at. */
      afterLastPush: z.boolean(),
      /**
       * Could be asked: in a private repository everybody who reviews, in a public one, where anybody can, those who belong to the
       * organisation or may push, as of the time of reading.
       */
      insider: z.boolean(),
    }),
  ),
  /** An insider who wrote none of it approved its last commit, and still did so when it was merged. */
  independentApproval: z.boolean(),
  /** Of the last commit. `required` are the checks that the branch asks for today; `missing`: nothing was reported. */
  checks: observedOf(
    z.strictObject({
      /** GitHub's summary of everything that was reported; null if nothing was. */
      state: z.string().nullable(),
      reported: z.int().nonnegative(),
      required: z.array(z.strictObject({ name: z.string(), conclusion: z.string() })),
    }),
  ),
  /** Issues it closes (`acme/api#4`), and keys in title and text (`OPS-12`). */
  workItems: z.array(z.string()),
  /** Of a direct push: pull requests into other branches that its commit came by. */
  otherPullRequests: z.array(z.int()),
  /** Why config leaves this repository out; null if it does not. */
  excluded: z.string().nullable(),
})
export type ChangeRecord = z.output<typeof ChangeRecord>

export const changeRedactions = {
  'by.login': 'pseudonym',
  'authors.*.login': 'pseudonym',
  'merger.login': 'pseudonym',
  'reviews.*.reviewer.login': 'pseudonym',
} as const
