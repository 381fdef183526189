import { checkEach, fail, pass, unread } from 'affiant/sdk'
import { trailBucketExample } from '../examples/logging.ts'
import { trailBuckets } from '../streams/trail-buckets.ts'

const denied = { state: 'unknown', reason: 'denied', permission: 's3:GetBucketPolicyStatus' } as const

export const trailBucketPrivate = checkEach(trailBuckets, {
  id: 'aws.trail-bucket-private',
  revision: 1,
  title: 'Buckets of trails are private, and access to them is logged',
  severity: 'high',
  rationale: 'The log of all calls is the first thing an intruder wants to read and the last he wants to leave.',
  remediation:
    'S3, the bucket: "Permissions", "Block all public access"; "Properties", "Server access logging": Enable, into another bucket. In the account of the log archive, let the role read both.',
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'All four flags of Block Public Access are set on the bucket, its policy is not public, and access to it is logged.',
    fail: 'A flag is not set, the policy is public, or access is not logged. What could not be read, as of a bucket of another account, is unknown.',
  }),
  examples: {
    pass: { record: trailBucketExample() },
    fail: { record: trailBucketExample({ block: { state: 'absent' } }) },
    unknown: { record: trailBucketExample({ publicPolicy: denied }) },
  },
  evaluate({ block, publicPolicy, logsTo }) {
    const faults: string[] = []
    if (block.state === 'absent') faults.push('public access is not blocked')
    if (block.state === 'observed') {
      const off = Object.entries(block.value).flatMap(([flag, set]) => (set ? [] : [flag]))
      if (off.length > 0) faults.push(`${off.join(', ')} of Block Public Access is off`)
    }
    if (publicPolicy.state === 'observed' && publicPolicy.value) faults.push('its policy is public')
    if (logsTo.state === 'observed' && logsTo.value === null) faults.push('access to it is not logged')
    if (faults.length > 0) return fail(faults.join('; '))
    if (block.state === 'unknown') return unread(block, 'Block Public Access')
    if (publicPolicy.state === 'unknown') return unread(publicPolicy, 'whether its policy is public')
    if (logsTo.state === 'unknown') return unread(logsTo, 'whether access to it is logged')
    return logsTo.state === 'absent' ? fail('the bucket does not exist') : pass(`access is logged to ${logsTo.value}`)
  },
})
