import { defineStream, onlyPage, z } from 'affiant/sdk'
import type { Session } from '../client.ts'
import { ObjectId } from '../commit.ts'
import { repositoryOf } from './session.ts'

const Repository = z.strictObject({
  name: z.string(),
  /** `null`: HEAD is detached and no branch stands for the default. */
  defaultBranch: z.string().nullable(),
  ref: z.string().nullable(),
  /** `null`: no commit yet. */
  head: ObjectId.nullable(),
  bare: z.boolean(),
  shallow: z.boolean(),
  objectFormat: z.enum(['sha1', 'sha256']),
  remotes: z.array(z.strictObject({ name: z.string(), location: z.string() })),
  /** Length of the first-parent history; `null` in a shallow clone, which does not have all of it. */
  firstParentCommits: z.int().nonnegative().nullable(),
  /** Blob id of the allowed signers file that signatures were verified with. */
  allowedSigners: ObjectId.nullable(),
})

/** What each repository is: its head, its default branch, where it comes from. */
export const repository = defineStream({
  id: 'git.repository',
  version: 1,
  title: 'Repositories',
  record: Repository,
  key: (record) => record.name,
  permissions: [],
  reproduce: () => 'git rev-parse HEAD && git branch --show-current && git remote -v',
  async *collect(session: Session, scope) {
    const source = repositoryOf(session, scope)
    const { branch, ref, head, bare, shallow, objectFormat } = await source.facts()
    const record: z.output<typeof Repository> = {
      name: source.name,
      defaultBranch: branch,
      ref,
      head,
      bare,
      shallow,
      objectFormat,
      remotes: await source.remotes(),
      firstParentCommits: shallow ? null : await source.count(),
      allowedSigners: await source.allowedSigners(),
    }
    yield onlyPage([record])
  },
})
