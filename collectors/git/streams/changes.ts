import { defineStream, type Period, z } from 'affiant/sdk'
import { authorsOf, type Note, reviewedThroughout, reviewsBy } from '../change.ts'
import { type Session, shallowHistory } from '../client.ts'
import { ObjectId, SIGNATURE_KINDS } from '../commit.ts'
import { type Arrived, arrivedOn } from '../history.ts'
import { REVIEW_TRAILERS } from '../message.ts'
import { paged } from './paged.ts'
import { repositoryOf } from './session.ts'

/** One change that came to a branch. Titles and texts are not kept. */
const ChangeRecord = z.strictObject({
  repository: z.string(),
  branch: z.string(),
  /** `merge`: a commit with two or more parents. `direct`: any other; also what was squashed, rebased or fast-forwarded. */
  kind: z.enum(['merge', 'direct']),
  commit: ObjectId,
  /** Place in the branch's first-parent history; the root is 1. */
  position: z.int().min(1),
  /**
   * When it reached the branch, as far as git knows. Null where that is not in the period and the change belongs to it by its
   * place in history only: its date is missing, in the future, or earlier than that of a commit it stands on.
   */
  occurredAt: z.iso.datetime().nullable(),
  /**
   * `reflog`: the clock of the repository that everybody pushes to. `committer`: the clock of whoever made the commit, which
   * can be set to anything. `order`: neither; see `occurredAt`.
   */
  timeFrom: z.enum(['reflog', 'committer', 'order']),
  committedAt: z.iso.datetime().nullable(),
  /** Author of the commit itself; of a merge, who merged. */
  author: z.string().nullable(),
  committer: z.string().nullable(),
  /** Who wrote what it brings: of a merge the authors of the commits it brought, with co-authors; null without address. */
  authors: z.array(z.string().nullable()),
  signature: z.enum(SIGNATURE_KINDS),
  /** Commits that came with a merge, besides itself. */
  brought: z.strictObject({
    commits: z.int().nonnegative(),
    unsigned: z.int().nonnegative(),
    /** Trailers by which each of them names somebody who is not among its authors. */
    reviewedThroughout: z.array(z.enum(REVIEW_TRAILERS)),
  }),
  /** People whom trailers of the commit itself name. `byAuthor`: one of `authors`; null if that cannot be told. */
  reviews: z.array(
    z.strictObject({
      trailer: z.enum(REVIEW_TRAILERS),
      person: z.string().nullable(),
      byAuthor: z.boolean().nullable(),
    }),
  ),
  /** Gerrit's ids of the change. */
  changeIds: z.array(z.string()),
  /** Issues and keys of trackers that its messages name. */
  workItems: z.array(z.string()),
  /** Request that the title names, such as `#12`. Anybody can type it. */
  request: z.string().nullable(),
})
export type ChangeRecord = z.output<typeof ChangeRecord>

/**
 * Every change that came to the default branch, and to those that config names, in the period: a population that needs no
 * platform. It cannot show who pushed, approvals that are in no trailer, and what was pushed and taken back again.
 */
export const changes = defineStream({
  id: 'git.changes',
  version: 1,
  title: 'Changes of a branch',
  record: ChangeRecord,
  occurredAt: 'occurredAt',
  key: (record) => `${record.branch}-${String(record.position).padStart(9, '0')}-${record.commit}`,
  label: (record) => `${record.repository} ${record.commit.slice(0, 12)}`,
  permissions: [],
  redact: { author: 'pseudonym', committer: 'pseudonym', 'authors.*': 'pseudonym', 'reviews.*.person': 'pseudonym' },
  reproduce: () => "git log --first-parent --reverse --format='%H %cI %P %(trailers:only)' HEAD",
  async *collect(session: Session, scope) {
    const source = repositoryOf(session, scope)
    yield* paged(recordsOf(session, source.name))
    if ((await source.facts()).shallow) throw shallowHistory()
  },
})

async function* recordsOf(session: Session, name: string): AsyncIterable<ChangeRecord> {
  const source = repositoryOf(session, { id: name })
  const branches = await source.changeBranches()
  const [main] = branches
  for (const branch of branches)
    for await (const arrived of arrivedOn(source, branch, main ?? branch, session))
      yield recordOf(arrived, name, session.period)
}

function recordOf({ branch, position, note, brought, arrivedAt }: Arrived, repository: string, period: Period) {
  const merge = note.parents > 1
  const authors = authorsOf(merge && brought.length > 0 ? brought : [note])
  const within = (at: Date | null) => at !== null && at >= period.from && at < period.to
  const at = arrivedAt ?? note.committer.at
  const all: readonly Note[] = [note, ...brought]
  const record: ChangeRecord = {
    repository,
    branch: branch.name,
    kind: merge ? 'merge' : 'direct',
    commit: note.id,
    position,
    occurredAt: at !== null && within(at) ? at.toISOString() : null,
    timeFrom: !within(at) ? 'order' : arrivedAt ? 'reflog' : 'committer',
    committedAt: note.committer.at?.toISOString() ?? null,
    author: note.author.mail,
    committer: note.committer.mail,
    authors: [...new Set(authors.map(({ mail }) => mail))],
    signature: note.signature,
    brought: {
      commits: brought.length,
      unsigned: brought.filter(({ signature }) => signature === 'none').length,
      reviewedThroughout: reviewedThroughout(brought),
    },
    reviews: reviewsBy(note, authors),
    changeIds: [...new Set(all.flatMap(({ said }) => said.changeIds))],
    workItems: [...new Set(all.flatMap(({ said }) => said.workItems))],
    request: note.said.request,
  }
  return record
}
