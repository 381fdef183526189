import { about, checkAll, fail, notApplicable, pass, z } from 'affiant/sdk'
import { exampleGuardDuty } from '../examples/detection.ts'
import { guardDuty } from '../streams/guardduty.ts'
import { withinAccount } from '../within-account.ts'

export const guarddutyPlansOn = checkAll(
  { guardduty: guardDuty },
  {
    id: 'aws.guardduty-plans-on',
    revision: 1,
    title: 'GuardDuty watches every kind of workload in use',
    severity: 'medium',
    rationale: 'Without the plan of a service, GuardDuty sees what others tell of it only.',
    remediation:
      'GuardDuty console, in the region named, "Protection plans": enable the ones named, or take those of services that are not used out of checks.aws.guardduty-plans-on.params.plans.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      plans: z
        .array(z.string())
        // Of the enum DetectorFeature of the SDK (3.1169), those that belong to a service of its own. Agents at run time, and what
        // AWS adds, have to be declared.
        .default([
          'EBS_MALWARE_PROTECTION',
          'EKS_AUDIT_LOGS',
          'LAMBDA_NETWORK_LOGS',
          'RDS_LOGIN_EVENTS',
          'S3_DATA_EVENTS',
        ])
        .describe('Protection plans of the services that are used.'),
    }),
    restsOn: withinAccount,
    criteria: ({ plans }) => ({
      pass: `These plans are ENABLED: ${plans.join(', ')}.`,
      fail: 'A plan on the list is not enabled.',
    }),
    examples: {
      pass: { inputs: { guardduty: [exampleGuardDuty()] } },
      fail: { inputs: { guardduty: [exampleGuardDuty({ plans: [] })] } },
      'not-applicable': { inputs: { guardduty: [{ region: 'eu-west-1', detector: null }] } },
    },
    async *evaluate({ guardduty }, { params }) {
      for await (const item of guardduty.items()) {
        const { detector } = item.record
        if (detector?.status !== 'ENABLED') {
          yield {
            ...about(item),
            ...notApplicable('guardduty-off', 'GuardDuty is not on here, which another check judges'),
          }
          continue
        }
        const on = new Set(detector.plans.filter(({ status }) => status === 'ENABLED').map(({ name }) => name))
        const missing = params.plans.filter((name) => !on.has(name))
        yield {
          ...about(item),
          ...(missing.length === 0 ? pass('all plans are on') : fail(`not on: ${missing.join(', ')}`)),
        }
      }
    },
  },
)
