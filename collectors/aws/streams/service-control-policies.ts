import { createHash } from 'node:crypto'
import { defineStream, z } from 'affiant/sdk'
import { describePolicy, listPolicies } from '../organization/permissions.ts'
import { eachOf, list, pagesOf } from '../paging.ts'
import { regionsLeftOpen } from '../organization/region-guardrail.ts'
import { ORGANIZATION, type Session } from '../session.ts'

export const ServiceControlPolicyRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  awsManaged: z.boolean(),
  /** SHA-256 of the document, in hex. */
  sha256: z.string(),
  /** Regions, or patterns of them (`eu-*`), it leaves open, if it denies all others; `null`: it does not restrict regions. */
  regionsLeftOpen: z.array(z.string()).nullable(),
})
export type ServiceControlPolicyRecord = z.output<typeof ServiceControlPolicyRecord>

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html */
export const serviceControlPolicies = defineStream({
  id: 'aws.service-control-policies',
  version: 1,
  title: 'Service control policies, with the regions they leave open',
  record: ServiceControlPolicyRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [listPolicies, describePolicy],
  appliesTo: [ORGANIZATION],
  reproduce: () => 'aws organizations list-policies --filter SERVICE_CONTROL_POLICY, then describe-policy for each',
  async *collect(session: Session, scope) {
    const at = await session.in(scope)
    yield* pagesOf(
      list(
        (NextToken) => at.call('organizations', 'ListPolicies', { Filter: 'SERVICE_CONTROL_POLICY', NextToken }),
        (answer) => ({ items: answer.Policies, next: answer.NextToken }),
      ),
      (items) =>
        eachOf(items, 4, async ({ Id: id, Name: name, AwsManaged }) => {
          const { Policy } = await at.call('organizations', 'DescribePolicy', { PolicyId: id })
          const content = Policy?.Content
          return {
            id,
            name,
            awsManaged: AwsManaged ?? false,
            sha256: content === undefined ? undefined : createHash('sha256').update(content).digest('hex'),
            regionsLeftOpen: content === undefined ? undefined : (regionsLeftOpen(content) ?? null),
          }
        }),
    )
  },
})
