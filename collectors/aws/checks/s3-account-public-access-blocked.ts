import { checkEach, fail, pass, unread } from 'affiant/sdk'
import { offIn } from '../data/bucket.ts'
import { absent, allBlocked, denied, observed } from '../examples/data.ts'
import { s3AccountPublicAccess } from '../streams/s3-account-public-access.ts'

export const s3AccountPublicAccessBlocked = checkEach(s3AccountPublicAccess, {
  id: 'aws.s3-account-public-access-blocked',
  revision: 1,
  title: 'Accounts block public access to all of their buckets',
  severity: 'high',
  rationale: 'One wrong policy makes a bucket public; the setting of the account holds whatever is set on a bucket.',
  remediation:
    'S3 console, "Block Public Access settings for this account": "Block all public access". Make exceptions by serving files through CloudFront.',
  criteria: () => ({
    pass: 'All four settings of Block Public Access are on for the account.',
    fail: 'One of the settings is off, or none was ever set.',
  }),
  examples: {
    pass: { record: { account: '111122223333', block: observed(allBlocked) } },
    fail: { record: { account: '111122223333', block: absent } },
    unknown: { record: { account: '111122223333', block: denied('s3:GetAccountPublicAccessBlock') } },
  },
  evaluate({ block }) {
    if (block.state === 'unknown') return unread(block, 'Block Public Access of the account')
    if (block.state === 'absent') return fail('Block Public Access was never set for the account')
    const off = offIn(block.value)
    return off.length === 0 ? pass('all four settings are on') : fail(`off: ${off.join(', ')}`)
  },
})
