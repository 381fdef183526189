import { defineStream, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { pagesOf } from '../paging.ts'
import { deviceAssurance as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

export const DeviceAssuranceRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** `ANDROID`, `CHROMEOS`, `IOS`, `MACOS`, `WINDOWS`. */
  platform: z.string(),
  /** Lowest version of the operating system that will do. */
  osMinimum: z.string().nullable(),
  /** Sorted; empty: nothing is asked. */
  diskEncryption: z.array(z.string()),
  screenLock: z.array(z.string()),
  secureHardware: z.boolean().nullable(),
  /** Of phones: whether one that is jailbroken or rooted will do. */
  jailbreak: z.boolean().nullable(),
  lastUpdated: z.string().nullable(),
})
export type DeviceAssuranceRecord = z.output<typeof DeviceAssuranceRecord>

const Included = told(z.object({ include: told(z.array(z.string())) }))
/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/DeviceAssurance/ */
const Answer = z.object({
  id: z.string(),
  name: z.string(),
  platform: z.string(),
  osVersion: told(z.object({ minimum: told(z.string()) })),
  diskEncryptionType: Included,
  screenLockType: Included,
  secureHardwarePresent: told(z.boolean()),
  jailbreak: told(z.boolean()),
  lastUpdate: told(z.string()),
})

export const deviceAssurances = defineStream({
  id: 'okta.device-assurances',
  version: 1,
  title: 'What is asked of devices before they may sign in',
  record: DeviceAssuranceRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [permission],
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/device-assurances"',
  collect: ({ client }: Session) =>
    pagesOf(client.pages('/api/v1/device-assurances', {}, Answer, { permission: permission.name }), (items) =>
      items.map(
        (policy): DeviceAssuranceRecord => ({
          id: policy.id,
          name: policy.name,
          platform: policy.platform,
          osMinimum: policy.osVersion?.minimum ?? null,
          diskEncryption: (policy.diskEncryptionType?.include ?? []).toSorted(),
          screenLock: (policy.screenLockType?.include ?? []).toSorted(),
          secureHardware: policy.secureHardwarePresent,
          jailbreak: policy.jailbreak,
          lastUpdated: policy.lastUpdate,
        }),
      ),
    ),
})
