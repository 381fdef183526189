import { about, checkAll, daysSince, fail, notApplicable, pass, plural, z } from 'affiant/sdk'
import { exampleBackupJob } from '../examples/detection.ts'
import { backupJobs } from '../streams/backup-jobs.ts'
import { withinAccount } from '../within-account.ts'

/** Left to its default, nothing is concluded from part of the data: the later job that completed may be among those not read. */
export const backupJobsSucceed = checkAll(
  { jobs: backupJobs },
  {
    id: 'aws.backup-jobs-succeed',
    revision: 1,
    title: 'Backup jobs succeed, or are made up for',
    severity: 'high',
    rationale: 'A backup that failed is found out when it is needed.',
    remediation:
      'AWS Backup console, "Jobs", the job named: read the message, put the cause right and start the job again ("Create on-demand backup").',
    params: z.strictObject({
      days: z.int().min(1).default(30).describe('Days before the run that are judged; 35 are read.'),
    }),
    emptyPopulation: 'not-applicable',
    restsOn: withinAccount,
    criteria: ({ days }) => ({
      pass: `Each job of the last ${plural(days, 'day')} completed, or a later one of the same resource did.`,
      fail: 'A job failed, was aborted, expired or was partial, and no later one of its resource completed.',
    }),
    examples: {
      pass: { inputs: { jobs: [exampleBackupJob()] }, params: { days: 35_000 } },
      fail: { inputs: { jobs: [exampleBackupJob({ state: 'FAILED', completed: null })] }, params: { days: 35_000 } },
      'not-applicable': {
        inputs: { jobs: [exampleBackupJob({ state: 'RUNNING', completed: null })] },
        params: { days: 35_000 },
      },
    },
    async *evaluate({ jobs }, { params, at }) {
      // By resource, when the last job that completed was made.
      const completed = new Map<string, string>()
      for await (const { record } of jobs.items()) {
        const { state, resource, created } = record
        if (state !== 'COMPLETED' || resource === null) continue
        if (created > (completed.get(resource) ?? '')) completed.set(resource, created)
      }
      for await (const item of jobs.items()) {
        const { state, resource, created } = item.record
        if (daysSince(created, at) > params.days)
          yield { ...about(item), ...notApplicable('older', 'before the days that are judged') }
        else if (state === 'COMPLETED') yield { ...about(item), ...pass(`completed, made ${created}`) }
        else if (!ENDED.includes(state)) yield { ...about(item), ...notApplicable('under-way', `the job is ${state}`) }
        else {
          const later = completed.get(resource ?? '')
          if (later !== undefined && later > created)
            yield { ...about(item), ...pass(`${state}; a job made ${later} completed`) }
          else yield { ...about(item), ...fail(`${state}, made ${created}, and no later job completed`) }
        }
      }
    },
  },
)

/** States in which a job ends without a whole backup. https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupJob.html */
const ENDED = ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL']
