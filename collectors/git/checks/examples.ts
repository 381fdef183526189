import type { z } from 'affiant/sdk'
import type { ChangeRecord } from '../streams/changes.ts'
import type { commits } from '../streams/commits.ts'
import type { files } from '../streams/files.ts'
import type { repository } from '../streams/repository.ts'

/** A signed commit of a declared author; examples change what they are about. */
export function exampleCommit(change: Partial<z.output<typeof commits.record>> = {}): z.output<typeof commits.record> {
  return {
    commit: '1f0e3dad99908345f7439f8ffabdffc4d0e1a2b3',
    position: 42,
    parents: 2,
    author: 'dev@example.com',
    committer: 'dev@example.com',
    authoredAt: '2026-10-01T09:00:00.000Z',
    committedAt: '2026-10-01T09:00:00.000Z',
    occurredAt: '2026-10-01T09:00:00.000Z',
    signature: { kind: 'ssh', verification: 'not-checked' },
    trailers: { reviewedBy: 1, ackedBy: 0, testedBy: 0, signedOffBy: 0, coAuthoredBy: 0 },
    ...change,
  }
}

/** A merge that somebody else reviewed. */
export function exampleChange(change: Partial<ChangeRecord> = {}): ChangeRecord {
  return {
    repository: 'payments-api',
    branch: 'main',
    kind: 'merge',
    commit: '1f0e3dad99908345f7439f8ffabdffc4d0e1a2b3',
    position: 42,
    occurredAt: '2026-10-01T09:00:00.000Z',
    timeFrom: 'committer',
    committedAt: '2026-10-01T09:00:00.000Z',
    author: 'lead@example.com',
    committer: 'lead@example.com',
    authors: ['dev@example.com'],
    signature: 'ssh',
    brought: { commits: 3, unsigned: 0, reviewedThroughout: [] },
    reviews: [{ trailer: 'reviewed-by', person: 'lead@example.com', byAuthor: false }],
    changeIds: [],
    workItems: ['OPS-12'],
    request: null,
    ...change,
  }
}

/** A CODEOWNERS file, present and protected. */
export function exampleFile(change: Partial<z.output<typeof files.record>> = {}): z.output<typeof files.record> {
  return {
    path: '.github/CODEOWNERS',
    purpose: 'code-owners',
    protected: true,
    present: true,
    blob: '98137b08d5d9bd1d0a2b3c4d5e6f708192a3b4c5',
    mode: '100644',
    empty: false,
    lastChange: {
      state: 'observed',
      value: {
        commit: '1f0e3dad99908345f7439f8ffabdffc4d0e1a2b3',
        author: 'lead@example.com',
        authoredAt: '2026-10-01T09:00:00.000Z',
        committedAt: '2026-10-01T09:00:00.000Z',
      },
    },
    ...change,
  }
}

/** A repository with commits. */
export function exampleRepository(
  change: Partial<z.output<typeof repository.record>> = {},
): z.output<typeof repository.record> {
  return {
    name: 'payments-api',
    defaultBranch: 'main',
    ref: 'refs/remotes/origin/main',
    head: '1f0e3dad99908345f7439f8ffabdffc4d0e1a2b3',
    bare: false,
    shallow: false,
    objectFormat: 'sha1',
    remotes: [{ name: 'origin', location: 'git.example.com/acme/payments-api' }],
    firstParentCommits: 42,
    allowedSigners: null,
    ...change,
  }
}
