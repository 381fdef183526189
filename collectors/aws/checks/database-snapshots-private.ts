import { about, checkAll, fail, notApplicable, pass, plural, unread, type Verdict } from 'affiant/sdk'
import { absent, denied, observed } from '../examples/data.ts'
import { type DatabaseSnapshotRecord, rdsSnapshots } from '../streams/rds-snapshots.ts'
import { withinAccount } from '../within-account.ts'

export const databaseSnapshotsPrivate = checkAll(
  { snapshots: rdsSnapshots },
  {
    id: 'aws.database-snapshots-private',
    revision: 1,
    title: 'No database snapshot is public',
    severity: 'critical',
    rationale: 'A public snapshot is a copy of the database for everybody.',
    remediation: 'RDS console, "Snapshots", the one named, "Share snapshot": "Private".',
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'The attribute "restore" does not hold "all".',
      fail: 'Everybody may restore the snapshot.',
    }),
    examples: {
      pass: { inputs: { snapshots: [snapshot(observed(['444455556666']))] } },
      fail: { inputs: { snapshots: [snapshot(observed(['all']))] } },
      'not-applicable': { inputs: { snapshots: [snapshot(absent)] } },
      unknown: { inputs: { snapshots: [snapshot(denied('rds:DescribeDBSnapshotAttributes'))] } },
    },
    async *evaluate({ snapshots }) {
      for await (const item of snapshots.items()) yield { ...about(item), ...judge(item.record) }
    },
  },
)

function judge({ restorableBy: by }: DatabaseSnapshotRecord): Verdict {
  if (by.state === 'unknown') return unread(by, 'who may restore the snapshot')
  if (by.state === 'absent') return notApplicable('deleted', 'it was deleted while this was read')
  if (by.value.includes('all')) return fail('everybody may restore it')
  return pass(by.value.length === 0 ? 'shared with nobody' : `shared with ${plural(by.value.length, 'account')}`)
}

function snapshot(restorableBy: DatabaseSnapshotRecord['restorableBy']): DatabaseSnapshotRecord {
  return {
    id: 'orders-before-upgrade',
    kind: 'instance',
    arn: 'arn:aws:rds:eu-west-1:111122223333:snapshot:orders-before-upgrade',
    database: 'orders',
    created: '2025-01-10T09:00:00.000Z',
    encrypted: true,
    restorableBy,
  }
}
