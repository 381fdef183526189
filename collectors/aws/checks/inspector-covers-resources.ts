import { about, checkAll, fail, pass, z } from 'affiant/sdk'
import { exampleCoverage, exampleInspector } from '../examples/detection.ts'
import { inspectorCoverage } from '../streams/inspector-coverage.ts'
import { inspectorStatus } from '../streams/inspector-status.ts'
import { withinAccount } from '../within-account.ts'

export const inspectorCoversResources = checkAll(
  { regions: inspectorStatus, coverage: inspectorCoverage },
  {
    id: 'aws.inspector-covers-resources',
    revision: 1,
    title: 'Inspector scans machines, images and functions',
    severity: 'high',
    rationale: 'What is not scanned has no known faults, and that says nothing.',
    remediation:
      'Inspector console, in the region named, "Account management": activate the types of scan named. For a resource that is not scanned, "Resources coverage" says why.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      scans: z
        .array(z.enum(['ec2', 'ecr', 'lambda']))
        .default(['ec2', 'ecr', 'lambda'])
        .describe('Types of scan that have to be on.'),
      percent: z.int().min(0).max(100).default(95).describe('Least share of resources that are scanned.'),
    }),
    restsOn: withinAccount,
    criteria: ({ scans, percent }) => ({
      pass: `Scans of ${scans.join(', ')} are ENABLED in the region, and ${percent} % or more of its resources are scanned.`,
      fail: 'A type of scan is not enabled, or fewer resources are scanned.',
    }),
    examples: {
      pass: { inputs: { regions: [exampleInspector()], coverage: [exampleCoverage()] } },
      fail: { inputs: { regions: [exampleInspector({ ecr: 'DISABLED' })], coverage: [] } },
    },
    async *evaluate({ regions, coverage }, { params }) {
      const places = new Map<string, { all: number; active: number }>()
      for await (const { record, source, scope } of coverage.items()) {
        const count = places.get(`${source}\0${scope}`) ?? { all: 0, active: 0 }
        count.all += 1
        if (record.status === 'ACTIVE') count.active += 1
        places.set(`${source}\0${scope}`, count)
      }
      for await (const item of regions.items()) {
        const { region, status } = item.record
        if (status !== 'ENABLED') {
          yield { ...about(item), ...fail(`Inspector is ${status} in ${region}`) }
          continue
        }
        const off = params.scans.filter((scan) => item.record[scan] !== 'ENABLED')
        const { all, active } = places.get(`${item.source}\0${item.scope}`) ?? { all: 0, active: 0 }
        if (off.length > 0)
          yield { ...about(item), ...fail(`scans that are not enabled in ${region}: ${off.join(', ')}`) }
        else if (active * 100 < all * params.percent)
          yield { ...about(item), ...fail(`resources that are scanned: ${active} of ${all}`), ofAbsence: true }
        else yield { ...about(item), ...pass(`resources that are scanned: ${active} of ${all}`) }
      }
    },
  },
)
