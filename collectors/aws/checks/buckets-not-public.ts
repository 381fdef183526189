import { about, checkAll, fail, notApplicable, pass, unread, type Verdict } from 'affiant/sdk'
import type { PublicAccessBlock } from '../data/bucket.ts'
import { absent, denied, exampleBucket, observed } from '../examples/data.ts'
import { type AccountPublicAccessRecord, s3AccountPublicAccess } from '../streams/s3-account-public-access.ts'
import { type BucketRecord, s3Buckets } from '../streams/s3-buckets.ts'
import { withinAccount } from '../within-account.ts'

export const bucketsNotPublic = checkAll(
  { accounts: s3AccountPublicAccess, buckets: s3Buckets },
  {
    id: 'aws.buckets-not-public',
    revision: 1,
    title: 'No bucket is public',
    severity: 'critical',
    rationale: 'Lists of open buckets are made by machines all day long.',
    remediation:
      'S3 console, the bucket named, "Permissions": switch on "Block all public access", or take the public statement out of its policy and the public grant out of its access list.',
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'Block Public Access of the account or the bucket keeps everybody out, or neither its policy nor its access list lets everybody in.',
      fail: 'A policy or an access list lets everybody in, and nothing blocks that.',
    }),
    examples: {
      pass: { inputs: { accounts: [], buckets: [exampleBucket()] } },
      fail: {
        inputs: {
          accounts: [],
          buckets: [exampleBucket({ block: absent, publicGrants: observed(['AllUsers: READ']) })],
        },
      },
      unknown: {
        inputs: {
          accounts: [],
          buckets: [exampleBucket({ block: absent, policyIsPublic: denied('s3:GetBucketPolicyStatus') })],
        },
      },
    },
    async *evaluate({ accounts, buckets }) {
      const blocks = new Map<string, AccountPublicAccessRecord['block']>()
      for await (const { record, source, scope } of accounts.items()) blocks.set(`${source}\0${scope}`, record.block)
      for await (const item of buckets.items()) {
        const account = blocks.get(`${item.source}\0${item.scope}`)
        const verdict = judge(item.record, account)
        // What is open may be blocked for the whole account, where that was not read.
        yield { ...about(item), ...verdict, ...(account === undefined && { ofAbsence: true as const }) }
      }
    },
  },
)

type Setting = keyof PublicAccessBlock

/** An account's setting holds for all of its buckets; what is on in either place is on. */
function judge(bucket: BucketRecord, account: AccountPublicAccessRecord['block'] | undefined): Verdict {
  const blocks = [account, bucket.block]
  const isOn = (setting: Setting) => blocks.some((block) => block?.state === 'observed' && block.value[setting])
  const { policyIsPublic: policy, publicGrants: grants } = bucket
  const keepsPolicyOut = isOn('restrictPublicBuckets')
  const keepsGrantsOut = isOn('ignorePublicAcls')
  if (keepsPolicyOut && keepsGrantsOut) return pass('public access is blocked')
  const open = [
    !keepsPolicyOut && policy.state === 'observed' && policy.value && 'its policy is public',
    !keepsGrantsOut &&
      grants.state === 'observed' &&
      grants.value.length > 0 &&
      `its access list has ${grants.value.join(', ')}`,
  ].filter((each) => each !== false)
  // Without the settings nobody knows whether they keep out what is open.
  for (const block of blocks) if (block?.state === 'unknown') return unread(block, 'Block Public Access')
  if (open.length > 0) return fail(open.join(' and '))
  if (!keepsPolicyOut && policy.state === 'unknown') return unread(policy, 'whether the policy is public')
  if (!keepsGrantsOut && grants.state === 'unknown') return unread(grants, 'the access list')
  if (!keepsGrantsOut && grants.state === 'absent')
    return notApplicable('deleted', 'the bucket was deleted while this was read')
  return pass('neither its policy nor its access list lets everybody in')
}
