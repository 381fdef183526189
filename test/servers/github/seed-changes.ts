/**
 * How code changed: pull requests, pushes, deployments. Times are RFC 3339 in UTC with whole seconds, as GitHub's are.
 * People are logins of the seed; a login that ends in `[bot]` is an app.
 */

export interface CommitSeed {
  /** Default: the author of the pull request or push. */
  author?: string
  /** Default: the author; GitHub itself (`web-flow`) for what was made in the browser. */
  committer?: string
  message: string
  committedAt: string
  /** A signature that GitHub verified. */
  signed?: true
}

export interface ReviewSeed {
  author: string
  /** Default: APPROVED. */
  state?: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED'
  submittedAt: string
  /** Which commit of the pull request was looked at, from 0. Default: the last one committed before the review. */
  commit?: number
}

export interface CheckSeed {
  name: string
  /** Default: success. `null`: still running. */
  conclusion?: 'success' | 'failure' | 'neutral' | 'cancelled' | 'skipped' | 'timed_out' | 'action_required' | null
  completedAt?: string
  /** Slug of the app that reported it. Default: github-actions. */
  app?: string
}

/** A commit status, of which there are several in a row under one context; the newest counts. */
export interface StatusSeed {
  context: string
  state: 'success' | 'failure' | 'error' | 'pending'
  createdAt: string
  creator: string
}

/** What a ruleset let through although its rules were not met. */
export interface BypassSeed {
  /** Rule types that were not met (`pull_request`, `required_status_checks`). */
  rules: readonly string[]
}

export interface MergeSeed {
  at: string
  by: string
  /**
   * Default: squash. `pushed`: somebody pushed its commits to the base branch, whereupon GitHub calls it merged. What is
   * on the base branch afterwards: one commit of two parents, one commit, copies of its commits, its commits.
   */
  method?: 'merge' | 'squash' | 'rebase' | 'pushed'
  bypass?: BypassSeed
}

export interface PullSeed {
  /** Default: its place in the list, from 1. Issues count along, so gaps are usual. */
  number?: number
  title: string
  body?: string
  author: string
  /** Branch it comes from. Default: `change/<number>`. The base of other pull requests: their commits come along. */
  head?: string
  /** Branch it goes to. Default: the default branch. */
  base?: string
  /** Comes from a fork of the author. */
  fork?: true
  draft?: true
  openedAt: string
  /** Oldest first. Default: one by the author, when the pull request was opened. */
  commits?: readonly CommitSeed[]
  reviews?: readonly ReviewSeed[]
  /** Logins whose review was asked for and has not come. */
  requested?: readonly string[]
  /** Of the last commit. */
  checks?: readonly CheckSeed[]
  statuses?: readonly StatusSeed[]
  /** The last push replaced commits (a force push) at this time. */
  forcePushedAt?: string
  /** Numbers of issues of this repository that it closes. */
  closes?: readonly number[]
  labels?: readonly string[]
  /** Neither merged nor closed: open. */
  merged?: MergeSeed
  closedAt?: string
}

/** Commits that reach a branch without a pull request. */
export interface PushSeed {
  /** Default: the default branch. */
  branch?: string
  by: string
  at: string
  /** Oldest first. */
  commits: readonly CommitSeed[]
  checks?: readonly CheckSeed[]
  /** The push broke rules that the pusher may bypass. */
  bypass?: BypassSeed
}

/** A push that rules refused: a rule suite with the result `fail` and no commit. */
export interface RefusedPushSeed {
  branch?: string
  by: string
  at: string
  rules: readonly string[]
}

export interface DeploymentSeed {
  environment: string
  /** What is deployed: the merge of a pull request, or what was the head of the default branch at the time. */
  pull?: number
  createdAt: string
  creator: string
  /** Newest last. Default: success a minute later. */
  statuses?: readonly { state: 'queued' | 'waiting' | 'in_progress' | 'success' | 'failure' | 'inactive'; at: string }[]
  /** Reviews of the environment's reviewers, given to the workflow run that deploys. */
  approvals?: readonly { by: string; state?: 'approved' | 'rejected'; comment?: string }[]
}

export interface HistorySeed {
  pulls?: readonly PullSeed[]
  pushes?: readonly PushSeed[]
  refused?: readonly RefusedPushSeed[]
  deployments?: readonly DeploymentSeed[]
}
