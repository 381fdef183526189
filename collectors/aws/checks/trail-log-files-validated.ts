import { checkEach, fail, notApplicable, pass } from 'affiant/sdk'
import { trailExample } from '../examples-logging.ts'
import { trails } from '../streams/trails.ts'

export const trailLogFilesValidated = checkEach(trails, {
  id: 'aws.trail-log-files-validated',
  revision: 1,
  title: 'Trails write digests, so that a changed log file is noticed',
  severity: 'medium',
  rationale: 'A log that can be changed unseen proves nothing.',
  remediation: 'CloudTrail, the trail, "Edit", "Log file validation": Enabled.',
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'Log file validation is on.',
    fail: 'Log file validation is off, or the last digest could not be delivered.',
  }),
  examples: {
    pass: { record: trailExample() },
    fail: { record: trailExample({ validation: false }) },
    'not-applicable': { record: trailExample({ own: null }) },
  },
  evaluate({ own, owner, homeRegion, validation }) {
    if (own === null)
      return notApplicable('elsewhere', `the trail belongs to ${owner}/${homeRegion}, and is judged there`)
    if (!validation) return fail('log file validation is off')
    return own.digestError === null ? pass() : fail(`the last digest was not delivered (${own.digestError})`)
  },
})
