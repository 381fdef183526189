import { checkAll, type Dataset, fail, notApplicable, pass, unread, type Verdict, z } from 'affiant/sdk'
import { exampleBucket, exampleDatabase, observed } from '../examples/data.ts'
import { exampleInstance } from '../examples/network.ts'
import { labelled, type Labels, noLabels, production } from '../data/labels.ts'
import { ec2Instances } from '../streams/ec2-instances.ts'
import { rdsClusters } from '../streams/rds-clusters.ts'
import { rdsInstances } from '../streams/rds-instances.ts'
import { s3Buckets } from '../streams/s3-buckets.ts'

const prod: Labels = { ...noLabels, environment: 'prod' }
const test: Labels = { ...noLabels, environment: 'test' }

/** What is in one account or network, by what its tags say. */
interface Side {
  prod: string[]
  other: string[]
  /** Why labels of something here are not known. */
  unread?: Verdict
}

export const productionSeparated = checkAll(
  { instances: ec2Instances, databases: rdsInstances, clusters: rdsClusters, buckets: s3Buckets },
  {
    id: 'aws.production-separated',
    revision: 1,
    title: 'Production shares no account with development or test',
    severity: 'medium',
    rationale:
      'Within one account, a right that was given for tests reaches production sooner or later, and a limit that a test uses up is missing there.',
    remediation:
      'Move what is named to an account of its environment. Tag what has no tag "environment". If networks are the line that was agreed on, set params.boundary to vpc.',
    params: z.strictObject({
      production,
      boundary: z
        .enum(['account', 'vpc'])
        .default('account')
        .describe(
          'What must not hold both: an account with everything in it, or a VPC with its machines and databases.',
        ),
      mostUnlabelled: z
        .number()
        .min(0)
        .max(1)
        .default(0.05)
        .describe('Largest part of the resources that may lack the tag "environment": without it nobody can tell.'),
    }),
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    criteria: ({ production: values, boundary, mostUnlabelled }) => ({
      pass: `No ${boundary === 'vpc' ? 'VPC holds machines or databases' : 'account holds machines, databases or buckets'} whose tag "environment" is one of ${values.join(', ')} beside others whose tag says otherwise, and at most ${Math.round(mostUnlabelled * 100)} % of all have no such tag.`,
      fail: 'Both are found together, or too many have no such tag for the answer to mean anything.',
    }),
    examples: {
      pass: { inputs: { instances: [exampleInstance({ labels: prod })], databases: [], clusters: [], buckets: [] } },
      fail: {
        inputs: {
          instances: [exampleInstance({ labels: test })],
          databases: [exampleDatabase({ labels: prod })],
          clusters: [],
          buckets: [exampleBucket({ labels: observed(prod) })],
        },
      },
      'not-applicable': { inputs: { instances: [], databases: [], clusters: [], buckets: [] } },
    },
    async *evaluate({ instances, databases, clusters, buckets }, { params }) {
      const sides = new Map<string, Side>()
      const count = { all: 0, unlabelled: 0 }
      const add = (scope: string, vpc: string | null, name: string, { environment }: Labels) => {
        const account = scope.split('/')[0] ?? scope
        const place = params.boundary === 'account' ? account : vpc === null ? undefined : `${account}/${vpc}`
        if (place === undefined) return
        count.all += 1
        if (environment === null) count.unlabelled += 1
        const side = sides.get(place) ?? { prod: [], other: [] }
        sides.set(place, side)
        if (environment === null) return
        remember(labelled(environment, params.production) ? side.prod : side.other, name)
      }
      for await (const { record, scope, label } of live(instances)) add(scope, record.vpc, label, record.labels)
      for await (const { record, scope, label } of databases.items()) {
        // A member of a cluster is judged with it, as tags are set there; but it knows the network.
        if (params.boundary === 'vpc' || record.cluster === null) add(scope, record.vpc, label, record.labels)
      }
      for await (const { record, scope, label } of clusters.items()) add(scope, null, label, record.labels)
      for await (const { record, scope, label } of buckets.items()) {
        if (record.labels.state === 'observed') add(scope, null, label, record.labels.value)
        if (record.labels.state !== 'unknown' || params.boundary === 'vpc') continue
        const account = scope.split('/')[0] ?? scope
        const side = sides.get(account) ?? { prod: [], other: [] }
        sides.set(account, { ...side, unread: unread(record.labels, `the tags of ${label}`) })
        count.all += 1
      }
      if (count.all === 0) return
      for (const [place, side] of [...sides].sort(([a], [b]) => (a < b ? -1 : 1)))
        yield { subject: place, name: nameOf(place), ...judge(side) }
      const share = count.unlabelled / count.all
      const detail = `resources without a tag that says their environment: ${count.unlabelled} of ${count.all} (${(share * 100).toFixed(1)} %)`
      yield {
        subject: 'unlabelled',
        name: 'Resources without the tag "environment"',
        // What was not read may have its tags.
        ...(share <= params.mostUnlabelled ? pass(detail) : { ...fail(detail), ofAbsence: true as const }),
      }
    },
  },
)

/** Names that stand in a result; the bundle has them all. */
const NAMED = 3

function remember(names: string[], name: string): void {
  if (names.length < NAMED) names.push(name)
}

async function* live<Rec extends { state: string }>(machines: Dataset<Rec>) {
  for await (const item of machines.items()) if (item.record.state !== 'terminated') yield item
}

const nameOf = (place: string) => (place.includes('/') ? `VPC ${place.split('/')[1]}` : `Account ${place}`)

function judge({ prod: here, other, unread: open }: Side): Verdict {
  if (here.length > 0 && other.length > 0) {
    return fail(`holds production (such as ${here.join(', ')}) and other things (such as ${other.join(', ')})`)
  }
  if (open !== undefined) return open
  if (here.length > 0) return pass(`holds production alone, as far as tags say (such as ${here.join(', ')})`)
  return other.length > 0
    ? pass(`holds no production, as far as tags say (but such as ${other.join(', ')})`)
    : notApplicable('unlabelled', 'no tag says which environment is here')
}
