import { about, checkAll, fail, notApplicable, pass } from 'affiant/sdk'
import { accountExample, SHOP } from '../examples/organization.ts'
import { accountIdentity } from '../streams/account-identity.ts'
import { organizationAccounts } from '../streams/organization-accounts.ts'

const entered = [{ account: SHOP, role: `arn:aws:iam::${SHOP}:role/affiant` }]

/** An account that was not entered was not collected, whatever else could not be read: the failure stands. */
export const everyAccountCollected = checkAll(
  { accounts: organizationAccounts, identities: accountIdentity },
  {
    id: 'aws.every-account-collected',
    revision: 1,
    title: 'Every active account of the organisation was collected',
    severity: 'critical',
    rationale:
      'An account that nobody looks into is where nothing is found. This says what the evidence covers, not how the account is set up.',
    remediation:
      'Create the role in the accounts that are named, as collectors/aws/README.md shows with a stack set; or name them under excludedAccounts with the reason.',
    onPartialData: 'fails-stand',
    emptyPopulation: 'not-applicable',
    criteria: () => ({
      pass: 'The account was entered, and AWS confirmed that it is this one.',
      fail: 'The account is ACTIVE, config does not leave it out, and it was not entered in this run.',
    }),
    examples: {
      pass: { inputs: { accounts: [accountExample()], identities: entered } },
      fail: { inputs: { accounts: [accountExample({ id: '777788889999', name: 'vault' })], identities: entered } },
      'not-applicable': { inputs: { accounts: [accountExample({ excluded: 'sandbox' })], identities: entered } },
    },
    async *evaluate(datasets) {
      const confirmed = new Map<string, string | null>()
      for await (const { record } of datasets.identities.items()) confirmed.set(record.account, record.role)
      for await (const item of datasets.accounts.items()) {
        const { id, state, excluded } = item.record
        if (excluded !== null) yield { ...about(item), ...notApplicable('excluded', `left out by config: ${excluded}`) }
        else if (state !== 'ACTIVE') yield { ...about(item), ...notApplicable('not-active', `the account is ${state}`) }
        else if (confirmed.has(id))
          yield { ...about(item), ...pass(`entered as ${confirmed.get(id) ?? 'its own user'}`) }
        else yield { ...about(item), ...fail('the account could not be entered; nothing of it is in this run') }
      }
    },
  },
)
