import { checkEach, fail, listedInConfig, notApplicable, pass, unread, z } from 'affiant/sdk'
import { files } from '../streams/files.ts'
import { exampleFile } from './examples.ts'
import { MailAddresses } from './people.ts'

const Params = z.strictObject({
  approved: MailAddresses.describe('Mail addresses of those who may change protected files.'),
})

export const protectedFilesChangedByApproved = checkEach(files, {
  id: 'git.protected-files-changed-by-approved',
  revision: 1,
  title: 'Protected files were last changed by approved people',
  severity: 'high',
  rationale:
    'Who changes the pipeline or the list of code owners can change every other rule, so few people should and each change should be expected.',
  remediation:
    'Look at the commit named. Add its author to `approved` if the change was expected, or revert it and restrict who may push to the path.',
  params: Params,
  redactParams: { 'approved.*': 'pseudonym' },
  criteria: ({ approved }) => ({
    pass: `The commit that last changed each protected path has an approved person as author (${listedInConfig(approved)}).`,
    fail: 'The author of the last change of a protected path is not on the approved list.',
  }),
  examples: {
    pass: { record: exampleFile(), params: { approved: ['lead@example.com'] } },
    fail: { record: exampleFile(), params: { approved: ['other@example.com'] } },
    'not-applicable': { record: exampleFile() },
    unknown: {
      record: exampleFile({ lastChange: { state: 'unknown', reason: 'truncated' } }),
      params: { approved: ['lead@example.com'] },
    },
  },
  evaluate({ path, protected: isProtected, present, lastChange }, { params }) {
    if (!isProtected) return notApplicable('not-protected', `${path} is not on the list of protected paths`)
    if (params.approved.length === 0)
      return notApplicable(
        'undeclared',
        'declare the people as checks.git.protected-files-changed-by-approved.params.approved',
      )
    if (lastChange.state === 'unknown') return unread(lastChange, `the last change of ${path}`)
    if (lastChange.state === 'absent') return notApplicable('absent', `${path} never existed`)
    const { author, commit } = lastChange.value
    if (author !== null && params.approved.includes(author)) return pass()
    const verb = present ? 'changed' : 'removed'
    return fail(
      `${path} was last ${verb} by ${author ?? 'an author without address'} in ${commit.slice(0, 12)}, who is not approved`,
    )
  },
})
