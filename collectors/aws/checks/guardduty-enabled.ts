import { checkEach, fail, pass, unread } from 'affiant/sdk'
import { denied } from '../examples/data.ts'
import { exampleGuardDuty } from '../examples/detection.ts'
import { guardDuty } from '../streams/guardduty.ts'

export const guarddutyEnabled = checkEach(guardDuty, {
  id: 'aws.guardduty-enabled',
  revision: 1,
  title: 'GuardDuty is on in every region',
  severity: 'high',
  rationale: 'Attackers work in the region where nobody looks.',
  remediation:
    'GuardDuty console, in the region named: "Enable". In the account that administers it, "Accounts": switch "Auto-enable" on for all accounts.',
  criteria: () => ({
    pass: 'A detector is enabled in the region, and in the account that administers GuardDuty it is turned on for all accounts.',
    fail: 'There is no detector, it is off, or not every account gets one.',
  }),
  examples: {
    pass: { record: exampleGuardDuty() },
    fail: { record: { region: 'eu-west-1', detector: null } },
    unknown: { record: exampleGuardDuty({ autoEnable: denied('guardduty:DescribeOrganizationConfiguration') }) },
  },
  evaluate({ region, detector }) {
    if (detector === null) return fail(`GuardDuty was never turned on in ${region}`)
    const { status, autoEnable } = detector
    if (status !== 'ENABLED') return fail(`the detector in ${region} is ${status}`)
    if (autoEnable.state === 'unknown') return unread(autoEnable, 'whether new accounts get GuardDuty')
    if (autoEnable.state === 'observed' && autoEnable.value !== 'ALL') {
      return fail(`on in ${region}, but accounts of the organisation get it by "${autoEnable.value}", not ALL`)
    }
    return pass(`on in ${region}`)
  },
})
