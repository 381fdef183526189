import { about, checkAll, fail, pass } from 'affiant/sdk'
import { EXTERNAL } from '../identity/analyzers.ts'
import { type AnalyzerRecord, accessAnalyzers } from '../streams/access-analyzers.ts'

const region: AnalyzerRecord = { kind: 'region', account: '111122223333', region: 'eu-west-1', analyzers: 1 }
const analyzer = (status: string, type = 'ACCOUNT'): AnalyzerRecord => ({
  kind: 'analyzer',
  arn: 'arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/outside',
  name: 'outside',
  type,
  status,
  created: '2024-01-10T09:00:00.000Z',
})

/** Left to its default, nothing is concluded while an account is not read: the analyzer of the organisation may be there. */
export const accessAnalyzerOn = checkAll(
  { analyzers: accessAnalyzers },
  {
    id: 'aws.access-analyzer-on',
    revision: 1,
    title: 'Access Analyzer looks for access from outside in every region',
    severity: 'high',
    rationale:
      'What is shared with the world or a stranger is seen only where somebody looks. It says nothing of what was found: see aws.external-access-triaged. (CIS 2.19)',
    remediation:
      'IAM, "Access analyzer": create an analyzer for external access, with the organisation as zone of trust, in each region.',
    criteria: () => ({
      pass: 'The region has an active analyzer for external access, of the account, or of the organisation in any account that is read.',
      fail: 'The region has no active analyzer for external access.',
    }),
    examples: {
      pass: { inputs: { analyzers: [region, analyzer('ACTIVE')] } },
      fail: { inputs: { analyzers: [region, analyzer('ACTIVE', 'ACCOUNT_UNUSED_ACCESS')] } },
    },
    async *evaluate({ analyzers }) {
      const places = new Set<string>()
      const organization = new Set<string>()
      for await (const { record, scope } of analyzers.items()) {
        if (record.kind !== 'analyzer' || record.status !== 'ACTIVE' || !EXTERNAL.has(record.type)) continue
        places.add(scope)
        if (record.type === 'ORGANIZATION') organization.add(regionOf(record.arn))
      }
      for await (const item of analyzers.items()) {
        const { record, scope } = item
        if (record.kind !== 'region') continue
        if (places.has(scope)) yield { ...about(item), ...pass('an analyzer of its own is active') }
        else if (organization.has(record.region))
          yield { ...about(item), ...pass('an analyzer of the organisation is active') }
        else
          yield {
            ...about(item),
            ...fail(`no analyzer looks for external access and is active (${record.analyzers} listed)`),
          }
      }
    },
  },
)

const regionOf = (arn: string) => arn.split(':')[3] ?? ''
