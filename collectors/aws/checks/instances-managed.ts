import { checkAll, fail, pass, z } from 'affiant/sdk'
import { managedInstanceExample } from '../examples/logging.ts'
import { exampleInstance } from '../examples/network.ts'
import { ec2Instances } from '../streams/ec2-instances.ts'
import { managedInstances } from '../streams/managed-instances.ts'
import { named } from '../texts.ts'
import { withinAccount } from '../within-account.ts'

const managed = [managedInstanceExample({ instance: 'i-1' })]
const instances = [exampleInstance({ id: 'i-1', state: 'running' })]

/** Left to its default, nothing is concluded from part of the data: a share of half the instances is none. */
export const instancesManaged = checkAll(
  { instances: ec2Instances, managed: managedInstances },
  {
    id: 'aws.instances-managed',
    revision: 1,
    title: 'Running instances are managed by Systems Manager',
    severity: 'medium',
    rationale: 'What nobody manages gets no patches, and nobody knows what is on it.',
    remediation:
      'Systems Manager, "Quick Setup", "Host Management"; the instances named need the agent, the policy AmazonSSMManagedInstanceCore and a way to the endpoints of Systems Manager.',
    emptyPopulation: 'not-applicable',
    params: z.strictObject({
      minPercent: z.number().min(0).max(100).default(95).describe('Fewest per cent of running instances.'),
      excluded: z.array(z.string()).default([]).describe('Ids of instances that need not be managed.'),
    }),
    restsOn: withinAccount,
    criteria: ({ minPercent }) => ({
      pass: `At least ${minPercent} per cent of the running instances of the account and region are Online in Systems Manager.`,
      fail: 'Fewer are.',
    }),
    examples: {
      pass: { inputs: { instances, managed } },
      fail: { inputs: { instances, managed: [managedInstanceExample({ instance: 'i-1', ping: 'ConnectionLost' })] } },
      'not-applicable': { inputs: { instances: [], managed: [] } },
    },
    async *evaluate(datasets, { params }) {
      const online = new Set<string>()
      for await (const { record, scope } of datasets.managed.items()) {
        if (record.ping === 'Online') online.add(`${scope} ${record.instance}`)
      }
      const places = new Map<string, { running: number; dark: string[] }>()
      for await (const { record, scope } of datasets.instances.items()) {
        if (record.state !== 'running' || params.excluded.includes(record.id)) continue
        const place = places.get(scope) ?? { running: 0, dark: [] }
        place.running += 1
        if (!online.has(`${scope} ${record.id}`)) place.dark.push(record.id)
        places.set(scope, place)
      }
      for (const [scope, { running, dark }] of places) {
        const percent = (100 * (running - dark.length)) / running
        const detail = `running instances that are Online: ${running - dark.length} of ${running}`
        const verdict = percent >= params.minPercent ? pass(detail) : fail(`${detail}; not ${named(dark.sort())}`)
        yield { subject: scope, name: `Instances in ${scope}`, scope, ...verdict }
      }
    },
  },
)
