import { about, checkAll, fail, notApplicable, pass, plural, unread, type Verdict, z } from 'affiant/sdk'
import { denied, exampleBucket, exampleDatabase } from '../examples/data.ts'
import { FAR_AHEAD } from '../examples/detection.ts'
import { critical, labelled, noLabels } from '../data/labels.ts'
import { backupProtectedResources } from '../streams/backup-protected-resources.ts'
import { ebsVolumes } from '../streams/ebs-volumes.ts'
import { rdsClusters } from '../streams/rds-clusters.ts'
import { rdsInstances } from '../streams/rds-instances.ts'
import { s3Buckets } from '../streams/s3-buckets.ts'
import { withinAccount } from '../within-account.ts'

const none = { databases: [], clusters: [], volumes: [], buckets: [], backups: [] }

/** Left to its default, nothing is concluded from part of the data: the backup may be in what was not read. */
export const criticalDataBackedUp = checkAll(
  {
    databases: rdsInstances,
    clusters: rdsClusters,
    volumes: ebsVolumes,
    buckets: s3Buckets,
    backups: backupProtectedResources,
  },
  {
    id: 'aws.critical-data-backed-up',
    revision: 1,
    title: 'Critical data is backed up in time',
    severity: 'high',
    rationale: 'What nobody backs up is lost with the first fault.',
    remediation: 'AWS Backup console, "Backup plans": assign the resource named to a plan, or select by the tag.',
    params: z.strictObject({
      critical,
      hours: z
        .int()
        .min(1)
        .default(26)
        .describe('Most hours since the last backup: the recovery point objective, with time for the job itself.'),
    }),
    emptyPopulation: 'not-applicable',
    restsOn: withinAccount,
    criteria: ({ critical: values, hours }) => ({
      pass: `Each database, cluster, volume and bucket whose tag "criticality" is one of ${values.join(', ')} is protected by AWS Backup, with a backup at most ${plural(hours, 'hour')} before the run.`,
      fail: 'It is not protected, or its last backup is older.',
    }),
    examples: {
      pass: { inputs: { ...none, databases: [important()], backups: [backup(FAR_AHEAD)] } },
      fail: { inputs: { ...none, databases: [important()] } },
      'not-applicable': { inputs: { ...none, databases: [exampleDatabase()] } },
      unknown: { inputs: { ...none, buckets: [exampleBucket({ labels: denied('s3:GetBucketTagging') })] } },
    },
    async *evaluate({ databases, clusters, volumes, buckets, backups }, { params, at }) {
      const last = new Map<string, string | null>()
      for await (const { record } of backups.items()) last.set(record.resource, record.lastBackup)
      const verdict = (arn: string, criticality: string | null): Verdict => {
        if (!labelled(criticality, params.critical))
          return notApplicable('not-critical', 'the tags do not say that it is critical')
        const time = last.get(arn)
        if (time === undefined) return fail('AWS Backup does not protect it')
        if (time === null) return fail('AWS Backup protects it and has not backed it up yet')
        const hours = Math.floor((at.getTime() - Date.parse(time)) / 3_600_000)
        const detail = `last backed up ${time}, ${plural(hours, 'hour')} before the run`
        return hours <= params.hours ? pass(detail) : fail(detail)
      }
      for await (const item of databases.items()) {
        const { cluster, arn, labels } = item.record
        if (cluster === null) yield { ...about(item), ...verdict(arn, labels.criticality) }
        else yield { ...about(item), ...notApplicable('in-cluster', `judged with cluster ${cluster}`) }
      }
      for await (const item of clusters.items()) {
        yield { ...about(item), ...verdict(item.record.arn, item.record.labels.criticality) }
      }
      for await (const item of volumes.items()) {
        yield { ...about(item), ...verdict(item.record.arn, item.record.labels.criticality) }
      }
      for await (const item of buckets.items()) {
        const { labels, arn } = item.record
        if (labels.state === 'unknown') yield { ...about(item), ...unread(labels, 'the tags of the bucket') }
        else yield { ...about(item), ...verdict(arn, labels.state === 'observed' ? labels.value.criticality : null) }
      }
    },
  },
)

function important() {
  return exampleDatabase({ labels: { ...noLabels, criticality: 'high' } })
}

function backup(lastBackup: string) {
  return { resource: exampleDatabase().arn, type: 'RDS', lastBackup, vault: null }
}
