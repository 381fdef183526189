import { checkEach, daysSince, fail, pass, plural, unknown, unread, z } from 'affiant/sdk'
import { managedInstanceExample } from '../examples/logging.ts'
import { managedInstances } from '../streams/managed-instances.ts'

const lacking = {
  missing: 3,
  failed: 0,
  criticalMissing: 1,
  securityMissing: 2,
  operation: 'Scan',
  operationEnded: '2026-01-02T03:04:05.000Z',
}

export const patchesInstalled = checkEach(managedInstances, {
  id: 'aws.patches-installed',
  revision: 1,
  title: 'Managed instances lack no critical or security patch',
  severity: 'high',
  rationale: 'Most intrusions use a hole for which there has long been a patch.',
  remediation:
    'Systems Manager, "Patch Manager", "Patch now" for the instances named; look at why the maintenance window left them out.',
  emptyPopulation: 'not-applicable',
  params: z.strictObject({
    maxScanDays: z.int().min(1).default(30).describe('Most days since patches were last looked for.'),
  }),
  criteria: ({ maxScanDays }) => ({
    pass: `Patches were looked for at most ${plural(maxScanDays, 'day')} before the run; none that is critical or for security is missing, and none failed.`,
    fail: 'A critical or security patch is missing or failed, or patches were never looked for.',
  }),
  examples: {
    pass: { record: managedInstanceExample(), params: { maxScanDays: 1_000_000 } },
    fail: { record: managedInstanceExample({ patches: { state: 'observed', value: lacking } }) },
    unknown: {
      record: managedInstanceExample({
        patches: { state: 'unknown', reason: 'denied', permission: 'ssm:DescribeInstancePatchStates' },
      }),
    },
  },
  evaluate({ patches }, { params: { maxScanDays }, at }) {
    if (patches.state === 'unknown') return unread(patches, 'which patches it lacks')
    if (patches.state === 'absent') return fail('patches were never looked for')
    const { criticalMissing, securityMissing, failed, operationEnded } = patches.value
    if (criticalMissing + securityMissing + failed > 0) {
      return fail(
        `patches that are missing: ${criticalMissing} critical, ${securityMissing} for security; that failed: ${failed}`,
      )
    }
    if (operationEnded === null) return unknown('stale', 'AWS does not say when patches were last looked for')
    const days = Math.max(0, daysSince(operationEnded, at))
    if (days > maxScanDays)
      return unknown('stale', `patches were last looked for ${plural(days, 'day')} before this run`)
    return pass(`none is missing, looked for ${plural(days, 'day')} before this run`)
  },
})
