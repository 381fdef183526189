import { defineCollector } from 'affiant/sdk'
import { allChangesMerged } from './checks/all-changes-merged.ts'
import { authorsDeclared } from './checks/authors-declared.ts'
import { changesReviewed } from './checks/changes-reviewed.ts'
import { codeOwnersPresent } from './checks/code-owners-present.ts'
import { commitsSigned } from './checks/commits-signed.ts'
import { protectedFilesChangedByApproved } from './checks/protected-files-changed-by-approved.ts'
import { securityPolicyPresent } from './checks/security-policy-present.ts'
import { GitConfig } from './config.ts'
import { identify } from './identity.ts'
import { changes } from './streams/changes.ts'
import { commits } from './streams/commits.ts'
import { files } from './streams/files.ts'
import { repository } from './streams/repository.ts'

/** Git repositories on this machine, read with `git` itself. Needs no credentials and no network. */
export const collector = defineCollector({
  apiVersion: 1,
  id: 'git',
  title: 'Git repositories',
  docs: 'https://git-scm.com/docs',
  config: GitConfig,
  secrets: {},
  // No request is ever made: git runs here.
  limits: [{ id: 'local', perMinute: 60_000, concurrency: 4 }],
  commands: {
    git: ['branch', 'for-each-ref', 'hash-object', 'log', 'ls-tree', 'remote', 'rev-list', 'rev-parse'],
  },
  async open(context) {
    const { openSession } = await import('./client.ts')
    return openSession(context)
  },
  identify,
  expects: () => ({}),
  async *scopes(session) {
    for (const name of session.repositories.keys()) yield { id: name, title: name }
  },
  streams: [repository, commits, changes, files],
  checks: [
    allChangesMerged,
    authorsDeclared,
    changesReviewed,
    codeOwnersPresent,
    commitsSigned,
    protectedFilesChangedByApproved,
    securityPolicyPresent,
  ],
})
