import { defineStream, z } from 'affiant/sdk'
import { virtualMfaDevices as permission } from '../identity/permissions.ts'
import { ACCOUNT, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { given, markerOf } from '../given.ts'
import { list, pagesOf } from '../paging.ts'

export const VirtualMfaDeviceRecord = z.strictObject({
  account: z.string(),
  /** Name at the end of its serial number, which people choose and which often is their own; `null`: of the root user. */
  device: z.string().nullable(),
  /** Whose it is; `unassigned` devices belong to nobody. */
  owner: z.enum(['root', 'user', 'unassigned']),
  user: z.string().nullable(),
  enabled: z.iso.datetime().nullable(),
})
export type VirtualMfaDeviceRecord = z.output<typeof VirtualMfaDeviceRecord>

/** AWS gives an app of the root user this name when the console sets it up. */
const ROOT_DEVICE = 'root-account-mfa-device'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html */
export const virtualMfaDevices = defineStream({
  id: 'aws.virtual-mfa-devices',
  version: 1,
  title: 'MFA devices that are apps, and not hardware',
  record: VirtualMfaDeviceRecord,
  key: (record) => (record.owner === 'root' ? `root:${record.device ?? ''}` : `device:${record.device ?? ''}`),
  permissions: [permission],
  redact: { device: 'pseudonym', user: 'pseudonym' },
  appliesTo: [ACCOUNT],
  reproduce: () => 'aws iam list-virtual-mfa-devices --assignment-status Any',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const answers = list(
      (Marker) => place.call('iam', 'ListVirtualMFADevices', { AssignmentStatus: 'Any', MaxItems: 1000, Marker }),
      (answer) => ({
        items: given(answer.VirtualMFADevices, 'VirtualMFADevices'),
        next: markerOf(answer.IsTruncated, answer.Marker),
      }),
    )
    yield* pagesOf(answers, (devices) =>
      devices.map(({ SerialNumber, User, EnableDate }): VirtualMfaDeviceRecord => {
        const serial = given(SerialNumber, 'SerialNumber')
        const isRoot = serial.endsWith(`/${ROOT_DEVICE}`) || User?.Arn?.endsWith(':root') === true
        return {
          account: place.account,
          device: serial.endsWith(`/${ROOT_DEVICE}`) ? null : serial.slice(serial.lastIndexOf('/') + 1),
          owner: isRoot ? 'root' : EnableDate === undefined ? 'unassigned' : 'user',
          user: isRoot ? null : (User?.UserName ?? null),
          enabled: timeOf(EnableDate),
        }
      }),
    )
  },
})
