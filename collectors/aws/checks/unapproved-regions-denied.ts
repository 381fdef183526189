import { checkAll, fail, notApplicable, pass, type Dataset, type Verdict, z, plural } from 'affiant/sdk'
import { organizationExample, policyExample, regionExample, rootUnit, unitExample } from '../examples/organization.ts'
import { organization } from '../streams/organization.ts'
import { type OrganizationalUnitRecord, organizationalUnits } from '../streams/organizational-units.ts'
import { type RegionRecord, regions } from '../streams/regions.ts'
import { type ServiceControlPolicyRecord, serviceControlPolicies } from '../streams/service-control-policies.ts'
import { fits } from '../patterns.ts'
import { named } from '../texts.ts'

const params = { approved: ['eu-central-1', 'eu-west-1'] }
const open = [regionExample('eu-west-1'), regionExample('us-east-1')]
const tree = { organizations: [organizationExample()], units: [rootUnit(), unitExample()] }

/** Left to its default, nothing is concluded from part of the data: the policy that denies them may be among those not read. */
export const unapprovedRegionsDenied = checkAll(
  { regions, organizations: organization, units: organizationalUnits, policies: serviceControlPolicies },
  {
    id: 'aws.unapproved-regions-denied',
    revision: 1,
    title: 'Regions that are not approved cannot be used',
    severity: 'medium',
    rationale:
      'What runs in a region nobody meant to use is watched by nobody, and may keep data where it must not be.',
    remediation:
      'AWS Organizations, "Policies", "Service control policies": deny every region but the approved ones by the condition aws:RequestedRegion, and attach it to the root; or disable the regions under "Account", "AWS Regions".',
    emptyPopulation: 'not-applicable',
    params: z.strictObject({
      approved: z
        .array(z.string().min(1))
        .default([])
        .describe('Codes of the regions that may be used, such as eu-west-1.'),
    }),
    criteria: ({ approved }) => ({
      pass: `A service control policy over the account denies every region but ${approved.join(', ') || 'the approved ones'}, or each other region is DISABLED for it.`,
      fail: 'A region that is not approved is enabled, and no service control policy over the account denies it.',
    }),
    examples: {
      pass: { inputs: { regions: open, ...tree, policies: [policyExample()] }, params },
      fail: { inputs: { regions: open, ...tree, policies: [policyExample({ regionsLeftOpen: null })] }, params },
      'not-applicable': { inputs: { regions: open, ...tree, policies: [policyExample()] } },
    },
    async *evaluate(datasets, { params: { approved } }) {
      const accounts = new Map<string, { scope: string; enabled: RegionRecord[] }>()
      for await (const { record, scope } of datasets.regions.items()) {
        const entry = accounts.get(record.account) ?? { scope, enabled: [] }
        if (record.status !== 'DISABLED') entry.enabled.push(record)
        accounts.set(record.account, entry)
      }
      const over = await guardrailsOver(datasets)
      for (const [account, { scope, enabled }] of accounts) {
        const verdict =
          approved.length === 0
            ? notApplicable('undeclared', 'set `approved` to the regions that may be used')
            : judge(
                enabled.map(({ region }) => region),
                approved,
                over.get(account) ?? [],
              )
        yield { subject: account, name: `account ${account}`, scope, ...verdict }
      }
    },
  },
)

/** Lists of regions that policies over an account leave open; none for the management account, which they do not bind. */
async function guardrailsOver(datasets: {
  organizations: Dataset<{ managementAccount: string }>
  units: Dataset<OrganizationalUnitRecord>
  policies: Dataset<ServiceControlPolicyRecord>
}): Promise<Map<string, string[][]>> {
  const management = new Set<string>()
  for await (const { record } of datasets.organizations.items()) management.add(record.managementAccount)
  const lists = new Map<string, string[]>()
  for await (const { record } of datasets.policies.items()) {
    if (record.regionsLeftOpen !== null) lists.set(record.id, record.regionsLeftOpen)
  }
  const units = new Map<string, OrganizationalUnitRecord>()
  for await (const { record } of datasets.units.items()) units.set(record.id, record)
  const over = new Map<string, string[][]>()
  for (const { id, ancestors, accounts } of units.values()) {
    const attached = [...ancestors, id].flatMap((unit) => units.get(unit)?.policies ?? [])
    const leftOpen = attached.flatMap((policy) => {
      const list = lists.get(policy.id)
      return list === undefined ? [] : [list]
    })
    for (const account of accounts) if (!management.has(account)) over.set(account, leftOpen)
  }
  return over
}

function judge(enabled: readonly string[], approved: readonly string[], leftOpen: readonly string[][]): Verdict {
  const others = enabled.filter((region) => !approved.includes(region))
  const usable = others
    .filter((region) => leftOpen.every((list) => list.some((pattern) => fits(region, pattern))))
    .sort()
  if (usable.length > 0)
    return fail(
      `${plural(usable.length, 'region that is not approved', 'regions that are not approved')} can be used: ${named(usable)}`,
    )
  return pass(
    others.length === 0
      ? 'every other region is DISABLED'
      : `${plural(others.length, 'other region is', 'other regions are')} denied by a service control policy`,
  )
}
