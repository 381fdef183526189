import { checkEach, fail, pass, z } from 'affiant/sdk'
import { REVIEW_TRAILERS } from '../message.ts'
import { changes } from '../streams/changes.ts'
import { Repositories, undeclared } from './declared-repositories.ts'
import { exampleChange } from './examples.ts'

const ID = 'git.changes-reviewed'

const Params = z.strictObject({
  repositories: Repositories.describe('Repositories whose reviews are recorded in trailers; * stands for all.'),
  trailers: z
    .array(z.enum(REVIEW_TRAILERS))
    .min(1)
    .default(['reviewed-by', 'approved-by'])
    .describe('Trailers that name who reviewed a change.'),
})

export const changesReviewed = checkEach(changes, {
  id: ID,
  revision: 1,
  title: 'Every change names a reviewer who is not its author',
  severity: 'high',
  rationale:
    'What one person wrote and nobody else looked at can hold a mistake or worse that only its author could have known of.',
  remediation:
    'Have the change looked at now, and record who did. For the changes to come, let the host or a hook refuse those without a trailer of a reviewer, such as `Reviewed-by: Name <address>`.',
  params: Params,
  criteria: ({ trailers }) => ({
    pass: `A trailer (${trailers.join(', ')}) of the change, or of each commit that a merge brought, gives the address of somebody who is not among its authors.`,
    fail: 'No such trailer is there, or it names an author.',
  }),
  emptyPopulation: 'not-applicable',
  examples: {
    pass: { record: exampleChange(), params: { repositories: ['*'] } },
    fail: {
      record: exampleChange({ reviews: [{ trailer: 'reviewed-by', person: 'dev@example.com', byAuthor: true }] }),
      params: { repositories: ['payments-api'] },
    },
    'not-applicable': { record: exampleChange({ reviews: [] }) },
  },
  evaluate({ repository, branch, commit, kind, reviews, brought }, { params: { repositories, trailers } }) {
    const other = undeclared(repository, repositories, ID)
    if (other) return other
    const named = reviews.filter(({ trailer }) => trailers.includes(trailer))
    if (named.some(({ byAuthor }) => byAuthor === false)) return pass()
    // A merge may carry its reviews in what it brought; then each of those commits must have its own.
    if (kind === 'merge' && trailers.some((trailer) => brought.reviewedThroughout.includes(trailer))) return pass()
    const change = `${kind === 'merge' ? 'merge' : 'commit'} ${commit.slice(0, 12)} on ${branch}`
    if (named.length === 0) return fail(`${change} names no reviewer`)
    if (named.some(({ byAuthor }) => byAuthor === null))
      return fail(`${change} names a reviewer, but an address is missing that would tell them from its author`)
    return fail(`${change} names only an author of it as reviewer`)
  },
})
