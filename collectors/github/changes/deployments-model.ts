import { observedOf, type ReadError, z } from 'affiant/sdk'
import { accountFields } from '../answers.ts'
import type { Account } from './model.ts'

const Someone = z.strictObject(accountFields)

/** Something was brought to an environment, or it was tried. */
export const DeploymentRecord = z.strictObject({
  id: z.string(),
  /** `owner/name`. */
  repository: z.string(),
  environment: z.string(),
  /** The environment counts as production, by config. */
  production: z.boolean(),
  /** When it was asked for, in UTC. */
  occurredAt: z.iso.datetime(),
  /** What was deployed: `sha` of a change, if that was the last one. */
  sha: z.string(),
  /** Who, or what workflow, asked for it. */
  creator: Someone,
  /** How it ended, or where it stands: `success`, `failure`, `waiting` …; null if nothing was reported. Later ones that only say it was replaced are left out. */
  state: z.string().nullable(),
  /** When that was reported, in UTC. */
  stateAt: z.iso.datetime().nullable(),
  /** Who consented, or did not, in the workflow runs of that commit. Null: the environment is not production, so it was not asked. */
  approvals: observedOf(
    z.array(z.strictObject({ reviewer: Someone, state: z.enum(['approved', 'rejected', 'pending']) })),
  ).nullable(),
})
export type DeploymentRecord = z.output<typeof DeploymentRecord>

export const deploymentRedactions = {
  'creator.login': 'pseudonym',
  'approvals.value.*.reviewer.login': 'pseudonym',
} as const

/** A deployment by whichever route; times are milliseconds since the epoch. */
export interface Deployment {
  id: string
  environment: string
  sha: string
  createdAt: number
  creator: Account
  statuses: () => Promise<readonly { state: string; at: number }[]>
}

export interface Approval {
  environments: readonly string[]
  reviewer: Account
  state: 'approved' | 'rejected' | 'pending'
}

export interface DeployedRepository {
  full_name: string
  failure: ReadError | undefined
}

/** One of the two routes by which deployments are read. */
export interface DeploymentSource {
  /** Repositories that may have been deployed from since a time, and the names of all. */
  repositories(since: number): AsyncIterable<{ all: readonly string[]; items: readonly DeployedRepository[] }>
  /** Deployments since a time, and perhaps some before, the newest first. */
  deployments(
    repository: DeployedRepository,
    since: number,
  ): AsyncIterable<{ items: readonly Deployment[]; cursor: string }>
  approvals(repository: DeployedRepository, sha: string): Promise<readonly Approval[]>
}
