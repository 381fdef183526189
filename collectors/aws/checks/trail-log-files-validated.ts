import { checkAll, fail, pass } from 'affiant/sdk'
import { trailExample } from '../examples/logging.ts'
import { judgeAtHome } from '../logging/covering-trails.ts'
import { trails } from '../streams/trails.ts'

export const trailLogFilesValidated = checkAll(
  { trails },
  {
    id: 'aws.trail-log-files-validated',
    revision: 1,
    title: 'Trails write digests, so that a changed log file is noticed',
    severity: 'medium',
    rationale: 'A log that can be changed unseen proves nothing.',
    remediation: 'CloudTrail, the trail, "Edit", "Log file validation": Enabled.',
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    criteria: () => ({
      pass: 'Log file validation is on.',
      fail: 'Log file validation is off, or the last digest could not be delivered.',
    }),
    examples: {
      pass: { inputs: { trails: [trailExample()] } },
      fail: { inputs: { trails: [trailExample({ validation: false })] } },
      unknown: { inputs: { trails: [trailExample({ own: null })] } },
    },
    evaluate: ({ trails: listed }) =>
      judgeAtHome(listed, (own, { validation }) => {
        if (!validation) return fail('log file validation is off')
        return own.digestError === null ? pass() : fail(`the last digest was not delivered (${own.digestError})`)
      }),
  },
)
