import { checkAll, fail, pass, unknown, type Verdict } from 'affiant/sdk'
import { coverage } from '../logging/covering-trails.ts'
import { recordersExample } from '../examples/config.ts'
import { trailExample } from '../examples/logging.ts'
import { configRecorders } from '../streams/config-recorders.ts'
import { type TrailRecord, trails } from '../streams/trails.ts'

const regions = [recordersExample(), recordersExample({ account: '444455556666' })]

/** Left to its default, nothing is concluded from part of the data: the organisation's trail may be in what was not read. */
export const everyAccountHasTrail = checkAll(
  { trails, regions: configRecorders },
  {
    id: 'aws.every-account-has-trail',
    revision: 1,
    title: 'Every account is covered by a trail that is on',
    severity: 'high',
    rationale: 'A trail of one account says nothing of the others, and a forgotten account is a good place to begin.',
    remediation:
      'In the management account, CloudTrail, "Create trail", "Enable for all accounts in my organization". A member account cannot turn it off.',
    criteria: () => ({
      pass: 'A trail of the account or of its organisation is logging.',
      fail: 'The account has no trail that is logging.',
    }),
    examples: {
      pass: { inputs: { trails: [trailExample(), trailExample({ account: '444455556666', own: null })], regions } },
      fail: { inputs: { trails: [trailExample({ organization: false })], regions } },
      unknown: {
        inputs: {
          trails: [trailExample({ owner: '777788889999', own: null })],
          regions: [recordersExample()],
        },
      },
    },
    async *evaluate(datasets) {
      for (const { account, trails: seen } of await coverage(datasets.trails.items(), datasets.regions.items())) {
        yield { subject: account, name: `Account ${account}`, ...judge(seen) }
      }
    },
  },
)

function judge(seen: readonly TrailRecord[]): Verdict {
  const on = seen.find(({ own }) => own?.logging)
  if (on !== undefined) return pass(`covered by trail "${on.name}"${on.organization ? ' of the organisation' : ''}`)
  const dark = seen.find(({ own }) => own === null)
  if (dark !== undefined) {
    return unknown(
      'unavailable',
      `trail "${dark.name}" belongs to ${dark.owner}/${dark.homeRegion}, which was not read`,
    )
  }
  return fail(
    seen.length === 0 ? 'no trail covers the account' : `no trail of the account is on (${seen.length} listed)`,
  )
}
