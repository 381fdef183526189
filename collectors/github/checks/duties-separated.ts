import { about, checkAll, type Dataset, fail, notApplicable, pass, unknown, type Verdict } from 'affiant/sdk'
import { changeExample, nameOf, pushExample } from '../changes/example.ts'
import type { ChangeRecord } from '../changes/record.ts'
import type { DeploymentRecord } from '../changes/deployments-model.ts'
import { changes } from '../streams/changes.ts'
import { deployments } from '../streams/deployments.ts'

const deployment: DeploymentRecord = {
  id: '31',
  repository: 'acme/api',
  environment: 'production',
  production: true,
  occurredAt: '2026-01-02T11:00:00.000Z',
  sha: 'c0ffee0000000000000000000000000000000007',
  creator: { login: 'person-a', app: null },
  state: 'success',
  stateAt: '2026-01-02T11:05:00.000Z',
  approvals: { state: 'observed', value: [{ reviewer: { login: 'person-b', app: null }, state: 'approved' }] },
}

/** People who consented to bringing a commit into production, by repository and commit. */
type Consents = ReadonlyMap<string, ReadonlySet<string>>

export const dutiesSeparated = checkAll(
  { changes, deployments },
  {
    id: 'github.duties-separated',
    revision: 1,
    title: 'Nobody is both sole author and sole approver of a change',
    severity: 'high',
    rationale:
      'Who can write a change and let it into production alone can bring anything there, by mistake or on purpose.',
    remediation:
      'Have somebody else look at the change now. Require an approval of the most recent push in the ruleset of the branch, and on the environment "Required reviewers" with "Prevent self-review".',
    criteria: () => ({
      pass: 'Somebody who did not write the change approved its last commit, merged it, or consented to its deployment into production; or several people wrote it.',
      fail: 'One person wrote the change and brought it to the branch, and nobody else approved or released it.',
    }),
    emptyPopulation: 'not-applicable',
    examples: {
      pass: { inputs: { changes: [pushExample()], deployments: [deployment] } },
      fail: { inputs: { changes: [pushExample()], deployments: [] } },
      'not-applicable': {
        inputs: {
          changes: [
            pushExample({
              by: { login: null, app: 'release-bot' },
              merger: { login: null, app: 'release-bot' },
              authors: [{ login: null, app: 'release-bot' }],
            }),
          ],
          deployments: [],
        },
      },
      unknown: {
        inputs: {
          changes: [changeExample({ authors: [], reviews: [], independentApproval: false })],
          deployments: [],
        },
      },
    },
    async *evaluate(datasets) {
      const consents = await consentsOf(datasets.deployments)
      for await (const item of datasets.changes.items()) {
        yield { ...about(item), ...judge(item.record, consents) }
      }
    },
  },
)

const keyOf = (repository: string, sha: string) => `${repository} ${sha}`

async function consentsOf(dataset: Dataset<DeploymentRecord>): Promise<Consents> {
  const consents = new Map<string, Set<string>>()
  for await (const { record } of dataset.items()) {
    if (record.approvals?.state !== 'observed') continue
    const key = keyOf(record.repository, record.sha)
    const known = consents.get(key) ?? new Set()
    for (const { reviewer, state } of record.approvals.value) {
      if (state === 'approved' && reviewer.login !== null) known.add(reviewer.login)
    }
    consents.set(key, known)
  }
  return consents
}

function judge(record: ChangeRecord, consents: Consents): Verdict {
  const name = nameOf(record)
  if (record.excluded !== null) return notApplicable('excluded', `${record.repository} is left out by config`)
  const people = peopleBehind(record)
  const released = record.sha === null ? undefined : consents.get(keyOf(record.repository, record.sha))
  const others = [...approversOf(record), ...(released ?? [])].filter((login) => !people.has(login))
  if (others.length > 0) return pass(`${name} was approved or released by somebody who did not write it`)
  if (people.size > 1) return pass(`${name} was written by ${people.size} people`)
  if (people.size === 0) {
    // A commit's author is free text, also `robot[bot]`. Of a pull request GitHub knows who opened it, of a push who pushed.
    const isKnown = record.kind === 'pull-request' || record.by.app !== null
    return record.authors.length > 0 && isKnown
      ? notApplicable('app', `${name} was written by an app, so no person is its author`)
      : unknown('invalid', `${name}: GitHub knows no account of whoever wrote it`)
  }
  const { login } = record.merger
  if (login !== null && !people.has(login))
    return pass(`${name} was brought to ${record.branch} by somebody who did not write it`)
  return fail(`${name} was written and brought to ${record.branch} by one person, and approved by nobody else`)
}

/** Who wrote it; of a push without any person as author, whoever pushed it. */
function peopleBehind({ kind, authors, by }: ChangeRecord): Set<string> {
  const people = new Set(authors.flatMap(({ login }) => login ?? []))
  if (people.size === 0 && kind === 'direct-push' && by.login !== null) people.add(by.login)
  return people
}

/** Whoever approved the last commit. */
function approversOf({ reviews }: ChangeRecord): string[] {
  return reviews.flatMap(({ state, afterLastPush, insider, reviewer }) =>
    state === 'approved' && insider && afterLastPush && reviewer.login !== null ? [reviewer.login] : [],
  )
}
