import { about, checkAll, fail, pass, plural, type Verdict } from 'affiant/sdk'
import { recordersExample } from '../examples/config.ts'
import { type ConfigRecorderRecord, configRecorders } from '../streams/config-recorders.ts'

export const configRecorderInEveryRegion = checkAll(
  { recorders: configRecorders },
  {
    id: 'aws.config-recorder-in-every-region',
    revision: 1,
    title: 'AWS Config records in every region, and what it records arrives',
    severity: 'high',
    rationale:
      'What is not recorded cannot be compared with what was wanted. A region without a recorder is where nobody looks.',
    remediation:
      'AWS Config, "Settings", "Start recording" with all resource types, in each enabled region; include global resource types in one of them. For an organisation use the Quick Setup of Systems Manager.',
    onPartialData: 'fails-stand',
    criteria: () => ({
      pass: 'In each enabled region a recorder of all resource types is on and was last successful, a delivery channel exists whose last delivery did not fail; in each account one region records IAM.',
      fail: 'A region has no recorder that is on and successful, records chosen types only, has no delivery channel or one that fails; or no region of the account records IAM.',
    }),
    examples: {
      pass: { inputs: { recorders: [recordersExample()] } },
      fail: { inputs: { recorders: [recordersExample({ recorders: [], channels: [] })] } },
    },
    async *evaluate(datasets) {
      const accounts = new Map<string, { regions: number; withGlobal: string[] }>()
      for await (const item of datasets.recorders.items()) {
        const { account, region } = item.record
        const known = accounts.get(account) ?? { regions: 0, withGlobal: [] }
        known.regions += 1
        if (customerRecorders(item.record).some(recordsIam)) known.withGlobal.push(region)
        accounts.set(account, known)
        yield { ...about(item), ...judge(item.record) }
      }
      for (const [account, { regions, withGlobal }] of accounts) {
        yield {
          subject: `${account}:global`,
          name: `IAM in ${account}`,
          ...(withGlobal.length > 0
            ? pass(`IAM is recorded in ${withGlobal.sort().join(', ')}`)
            : { ...fail(`IAM is recorded in no region (${regions} listed)`), ofAbsence: true as const }),
        }
      }
    },
  },
)

type Recorder = ConfigRecorderRecord['recorders'][number]

/** Recorders of AWS services are for these services: what they record is not shown to the account. */
function customerRecorders({ recorders }: ConfigRecorderRecord): Recorder[] {
  return recorders.filter(({ servicePrincipal }) => servicePrincipal === null)
}

const IAM = ['AWS::IAM::User', 'AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::Group']

function recordsIam({ recording, strategy, globalTypes, types, excludedTypes }: Recorder): boolean {
  if (!recording) return false
  if (strategy === 'INCLUSION_BY_RESOURCE_TYPES') return IAM.every((type) => types.includes(type))
  if (strategy === 'EXCLUSION_BY_RESOURCE_TYPES') return !IAM.some((type) => excludedTypes.includes(type))
  return globalTypes
}

function judge(record: ConfigRecorderRecord): Verdict {
  const recorders = customerRecorders(record)
  if (recorders.length === 0) return fail('there is no recorder')
  const good = recorders.find((recorder) => faultOf(recorder) === undefined)
  if (good === undefined) return fail(recorders.map((one) => `recorder "${one.name}" ${faultOf(one)}`).join('; '))
  if (record.channels.length === 0) return fail(`recorder "${good.name}" is on, but there is no delivery channel`)
  const failing = record.channels.find(({ historyStatus }) => historyStatus?.toUpperCase() === 'FAILURE')
  if (failing !== undefined) {
    return fail(
      `the last delivery to ${failing.bucket ?? 'its bucket'} failed (${failing.historyErrorCode ?? 'no code'})`,
    )
  }
  const left = good.excludedTypes.length === 0 ? '' : `, except ${good.excludedTypes.join(', ')}`
  return pass(`recorder "${good.name}" is on (${good.frequency ?? 'CONTINUOUS'})${left}`)
}

function faultOf({ recording, status, errorCode, strategy, types }: Recorder): string | undefined {
  if (!recording) return 'is off'
  if (status?.toUpperCase() !== 'SUCCESS') {
    return `was last "${status ?? 'not started'}"${errorCode === null ? '' : ` (${errorCode})`}`
  }
  return strategy === 'INCLUSION_BY_RESOURCE_TYPES' ? `records ${plural(types.length, 'chosen type')} only` : undefined
}
