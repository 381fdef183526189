import { about, checkAll, fail, notApplicable, pass, plural } from 'affiant/sdk'
import { organizationExample, rootUnit, unitExample } from '../examples/organization.ts'
import { organization } from '../streams/organization.ts'
import { type OrganizationalUnitRecord, organizationalUnits } from '../streams/organizational-units.ts'

const root = rootUnit()

export const organizationGuardrails = checkAll(
  { organizations: organization, units: organizationalUnits },
  {
    id: 'aws.organization-guardrails',
    revision: 1,
    title: 'Accounts stand under guardrails of the organisation',
    severity: 'medium',
    rationale:
      'What an account must never do is best made impossible from above, where its own administrators cannot change it.',
    remediation:
      'AWS Organizations, "Settings": enable all features. Then "Policies", "Service control policies": attach one to the organisational unit that says what its accounts must never do.',
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    criteria: () => ({
      pass: 'All features of the organisation are on, and the unit, or one above it, has a service control policy other than FullAWSAccess.',
      fail: 'Only consolidated billing is on, or the unit holds accounts and neither it nor one above it has a service control policy other than FullAWSAccess.',
    }),
    examples: {
      pass: { inputs: { organizations: [organizationExample()], units: [root, unitExample()] } },
      fail: { inputs: { organizations: [organizationExample()], units: [root, unitExample({ policies: [] })] } },
      'not-applicable': { inputs: { organizations: [organizationExample()], units: [root] } },
    },
    async *evaluate(datasets) {
      const management = new Set<string>()
      const billingOnly: string[] = []
      for await (const { record } of datasets.organizations.items()) {
        management.add(record.managementAccount)
        if (record.featureSet !== 'ALL') billingOnly.push(record.featureSet)
      }
      const guardrails = new Map<string, string[]>()
      for await (const { record } of datasets.units.items()) guardrails.set(record.id, ownGuardrails(record))
      for await (const item of datasets.units.items()) {
        const { id, ancestors, accounts } = item.record
        const held = accounts.filter((account) => !management.has(account))
        if (held.length === 0) {
          const why = 'it holds no account that guardrails bind; they do not bind the management account'
          yield { ...about(item), ...notApplicable('no-accounts', why) }
          continue
        }
        const over = [...ancestors, id].flatMap((unit) => guardrails.get(unit) ?? [])
        const count = plural(held.length, 'account')
        if (billingOnly.length > 0) yield { ...about(item), ...fail(`the feature set is ${billingOnly.join()}`) }
        else if (over.length === 0)
          yield {
            ...about(item),
            ...fail(`${count}, and no service control policy but FullAWSAccess`),
            ofAbsence: true,
          }
        else yield { ...about(item), ...pass(`${count} under ${over.join(', ')}`) }
      }
    },
  },
)

function ownGuardrails({ policies }: OrganizationalUnitRecord): string[] {
  return policies.filter(({ id }) => id !== 'p-FullAWSAccess').map(({ name }) => name)
}
