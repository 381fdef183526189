import { about, checkAll, daysSince, fail, notApplicable, pass, plural, z } from 'affiant/sdk'
import { exampleCopy, exampleVault } from '../examples/detection.ts'
import { backupCopyJobs } from '../streams/backup-copy-jobs.ts'
import { backupVaults } from '../streams/backup-vaults.ts'

/** Left to its default, nothing is concluded from part of the data: the copy may be among those not read. */
export const backupsCopiedElsewhere = checkAll(
  { vaults: backupVaults, copies: backupCopyJobs },
  {
    id: 'aws.backups-copied-elsewhere',
    revision: 1,
    title: 'Backups are copied to another region or account',
    severity: 'medium',
    rationale: 'What happens to a region or an account happens to the backups in it.',
    remediation:
      'AWS Backup console, "Backup plans", the plan of the vault named, its rule: "Copy to destination", another region or account.',
    params: z.strictObject({
      days: z.int().min(1).max(35).default(7).describe('Most days since a copy.'),
    }),
    emptyPopulation: 'not-applicable',
    criteria: ({ days }) => ({
      pass: `Of each vault with recovery points, a copy to another region or account was completed in the last ${plural(days, 'day')}. A vault that receives such copies needs none.`,
      fail: 'There is no such copy.',
    }),
    examples: {
      pass: { inputs: { vaults: [exampleVault()], copies: [exampleCopy()] } },
      fail: { inputs: { vaults: [exampleVault()], copies: [] } },
      'not-applicable': { inputs: { vaults: [exampleVault({ recoveryPoints: 0 })], copies: [] } },
    },
    async *evaluate({ vaults, copies }, { params, at }) {
      const last = new Map<string, string>()
      const receiving = new Set<string>()
      for await (const { record } of copies.items()) {
        const { state, from, to, created } = record
        if (state !== 'COMPLETED' || placeOf(from) === placeOf(to)) continue
        receiving.add(to)
        if (created > (last.get(from) ?? '')) last.set(from, created)
      }
      for await (const item of vaults.items()) {
        const { arn, recoveryPoints } = item.record
        const copied = last.get(arn)
        if (recoveryPoints === 0) yield { ...about(item), ...notApplicable('empty', 'holds no recovery points') }
        else if (copied !== undefined && daysSince(copied, at) <= params.days)
          yield { ...about(item), ...pass(`copied ${copied}`) }
        else if (receiving.has(arn))
          yield { ...about(item), ...notApplicable('receives-copies', 'holds copies of another vault') }
        else
          yield {
            ...about(item),
            ...fail(copied === undefined ? 'no copy to another region or account is known' : `last copied ${copied}`),
          }
      }
    },
  },
)

/** Region and account of an ARN. */
function placeOf(arn: string): string {
  return arn.split(':').slice(3, 5).join('/')
}
