import { defineStream, InvalidError, type Period, plural, TruncatedError, z } from 'affiant/sdk'
import { type Repository, type Session, shallowHistory } from '../client.ts'
import { type Commit, ObjectId, SIGNATURE_KINDS, TrailerCounts } from '../commit.ts'
import { inPeriod } from '../in-period.ts'
import { VERIFICATIONS, type Verification } from '../verification.ts'
import { paged } from './paged.ts'
import { repositoryOf } from './session.ts'

const CommitRecord = z.strictObject({
  commit: ObjectId,
  /** Place in the first-parent history; the root is 1. */
  position: z.int().min(1),
  /** Two or more: a merge. */
  parents: z.int().nonnegative(),
  author: z.string().nullable(),
  committer: z.string().nullable(),
  authoredAt: z.iso.datetime().nullable(),
  committedAt: z.iso.datetime().nullable(),
  /**
   * `committedAt`, where it lies in the period. Null where the commit belongs to the period by its place in history only: its
   * date is missing, in the future, or earlier than that of a commit it stands on.
   */
  occurredAt: z.iso.datetime().nullable(),
  signature: z.strictObject({ kind: z.enum(SIGNATURE_KINDS), verification: z.enum(VERIFICATIONS) }),
  trailers: TrailerCounts,
})
type CommitRecord = z.output<typeof CommitRecord>

/** First-parent history of the default branch in the period, oldest first: what was put on the branch, and by whom. */
export const commits = defineStream({
  id: 'git.commits',
  version: 2,
  title: 'Commits on the default branch',
  record: CommitRecord,
  occurredAt: 'occurredAt',
  key: (record) => `${String(record.position).padStart(9, '0')}-${record.commit}`,
  label: (record) => record.commit.slice(0, 12),
  permissions: [],
  redact: { author: 'pseudonym', committer: 'pseudonym' },
  reproduce: () => "git log --first-parent --reverse --format='%H %ae %ce %cI %G?' HEAD",
  async *collect(session: Session, scope) {
    const source = repositoryOf(session, scope)
    // The allowed signers file is read first: without it, good signatures would look like those of strangers.
    if (source.verdicts) await source.allowedSigners()
    yield* paged(recordsOf(source, session))
    if ((await source.facts()).shallow) throw shallowHistory()
  },
})

async function* recordsOf(source: Repository, { period, now }: Session): AsyncIterable<CommitRecord> {
  const belongs = inPeriod(period, now)
  let verdicts: Verdicts | undefined
  let before: string | null = null
  let position = 0
  try {
    for await (const commit of source.commits()) {
      position += 1
      const included = belongs(commit.committer.at)
      // Verifying is slow, so it starts at the first commit of the period.
      if (included) verdicts ??= source.verdicts?.(before)[Symbol.asyncIterator]()
      const verification = verdicts ? await verdictOn(commit, verdicts) : 'not-checked'
      if (included) yield recordOf(commit, { position, verification, period })
      before = commit.id
    }
    // The end marker of a command is its status 0, which comes with the end of its output: read on to it.
    if (verdicts && !(await verdicts.next()).done) throw new InvalidError('git listed more signatures than commits')
  } finally {
    await verdicts?.return?.()
  }
  const total = await source.count()
  if (position !== total) throw new TruncatedError(`git counts ${plural(total, 'commit')} but listed ${position}`)
}

type Verdicts = AsyncIterator<{ id: string; verification: Verification }>

async function verdictOn(commit: Commit, verdicts: Verdicts): Promise<Verification> {
  const next = await verdicts.next()
  if (next.done || next.value.id !== commit.id)
    throw new InvalidError('git listed the commits and their signatures in different orders')
  return next.value.verification
}

function recordOf(
  commit: Commit,
  { position, verification, period }: { position: number; verification: Verification; period: Period },
): CommitRecord {
  const { at } = commit.committer
  return {
    commit: commit.id,
    position,
    parents: commit.parents,
    author: commit.author.mail,
    committer: commit.committer.mail,
    authoredAt: commit.author.at?.toISOString() ?? null,
    committedAt: at?.toISOString() ?? null,
    occurredAt: at !== null && at >= period.from && at < period.to ? at.toISOString() : null,
    signature: { kind: commit.signature, verification: commit.signature === 'none' ? 'not-checked' : verification },
    trailers: commit.trailers,
  }
}
