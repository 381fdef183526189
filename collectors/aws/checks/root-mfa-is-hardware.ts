import { about, checkAll, fail, notApplicable, pass } from 'affiant/sdk'
import { summaryExample } from '../examples/identity.ts'
import { accountSummary } from '../streams/account-summary.ts'
import { type VirtualMfaDeviceRecord, virtualMfaDevices } from '../streams/virtual-mfa-devices.ts'
import { withinAccount } from '../within-account.ts'

const app: VirtualMfaDeviceRecord = {
  account: '111122223333',
  device: null,
  owner: 'root',
  user: null,
  enabled: '2024-01-10T09:00:00.000Z',
}

export const rootMfaIsHardware = checkAll(
  { summaries: accountSummary, devices: virtualMfaDevices },
  {
    id: 'aws.root-mfa-is-hardware',
    revision: 1,
    title: 'The second factor of the root user is hardware, not an app',
    severity: 'medium',
    rationale:
      'The secret of an app can be copied with a backup of the telephone; that of a hardware key cannot. (CIS 2.5)',
    remediation:
      'Sign in as the root user, assign a security key or passkey under "Security credentials", then remove the virtual device.',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'MFA is active for the root user, and no virtual device is assigned to it.',
      fail: 'A virtual MFA device is assigned to the root user.',
    }),
    examples: {
      pass: { inputs: { summaries: [summaryExample()], devices: [] } },
      fail: { inputs: { summaries: [summaryExample()], devices: [app] } },
      'not-applicable': { inputs: { summaries: [summaryExample({ rootMfa: false })], devices: [] } },
    },
    async *evaluate(datasets) {
      const virtual = new Set<string>()
      for await (const { record } of datasets.devices.items()) if (record.owner === 'root') virtual.add(record.account)
      for await (const item of datasets.summaries.items()) {
        const { account, rootMfa } = item.record
        if (!rootMfa) yield { ...about(item), ...notApplicable('no-mfa', 'no MFA is active; see aws.root-has-mfa') }
        else if (virtual.has(account)) yield { ...about(item), ...fail('a virtual device (an app) is assigned') }
        else yield { ...about(item), ...pass('MFA is active, and no virtual device is assigned') }
      }
    },
  },
)
