import { defineStream, z } from 'affiant/sdk'
import { ruleCompliance, rules as permission } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { type ListPage, list, listAll, pagesOf } from '../paging.ts'
import { type Place, REGION, type Session } from '../session.ts'

export const ConfigRuleRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  name: z.string(),
  arn: z.string(),
  /** `AWS` (managed), `CUSTOM_LAMBDA` or `CUSTOM_POLICY`. */
  owner: z.string().nullable(),
  /** Of managed rules such as `ENCRYPTED_VOLUMES`. */
  identifier: z.string().nullable(),
  state: z.string().nullable(),
  /** Types of resources it looks at; none: it is not bound to types. */
  types: z.array(z.string()),
  /** Its thresholds, by name. */
  parameters: z.record(z.string(), z.string()),
  /** The service that made it, such as a conformance pack. */
  createdBy: z.string().nullable(),
  /** `COMPLIANT`, `NON_COMPLIANT`, `NOT_APPLICABLE`, `INSUFFICIENT_DATA`; `null` if AWS does not list it. */
  compliance: z.string().nullable(),
})
export type ConfigRuleRecord = z.output<typeof ConfigRuleRecord>

/** The rules of a region with their results; 25 an answer is all that AWS gives. */
export async function* listRules(place: Place): AsyncIterable<ListPage<ConfigRuleRecord>> {
  const results = await listAll(
    (NextToken) => place.call('config', 'DescribeComplianceByConfigRule', { NextToken }),
    (answer) => ({ items: given(answer.ComplianceByConfigRules, 'ComplianceByConfigRules'), next: answer.NextToken }),
  )
  const compliance = new Map(results.map(({ ConfigRuleName: name, Compliance }) => [name, Compliance?.ComplianceType]))
  const pages = list(
    (NextToken) => place.call('config', 'DescribeConfigRules', { NextToken }),
    (answer) => ({ items: given(answer.ConfigRules, 'ConfigRules'), next: answer.NextToken }),
  )
  for await (const page of pages) {
    const items = page.items.map(({ ConfigRuleName: name = '', Source: source, ...rule }): ConfigRuleRecord => {
      const { owner, identifier } = sourceOf(source?.Owner, source?.SourceIdentifier)
      return {
        account: place.account,
        region: place.region,
        name,
        arn: rule.ConfigRuleArn ?? '',
        owner,
        identifier,
        state: rule.ConfigRuleState ?? null,
        types: [...(rule.Scope?.ComplianceResourceTypes ?? [])].sort(),
        parameters: parametersOf(rule.InputParameters),
        createdBy: rule.CreatedBy ?? null,
        compliance: compliance.get(name) ?? null,
      }
    })
    yield { ...page, items }
  }
}

/** Of a rule of one's own the identifier is the ARN of a function. */
function sourceOf(owner: string | undefined, identifier: string | undefined) {
  return { owner: owner ?? null, identifier: owner === 'AWS' ? (identifier ?? null) : null }
}

function parametersOf(text: string | undefined): Record<string, string> {
  if (text === undefined || text === '') return {}
  try {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text))
    if (!parsed.success) return {}
    return Object.fromEntries(
      Object.entries(parsed.data).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    )
  } catch {
    return {}
  }
}

/** https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigRules.html */
export const configRules = defineStream({
  id: 'aws.config-rules',
  version: 1,
  title: 'Rules of AWS Config with their thresholds and results',
  record: ConfigRuleRecord,
  key: (record) => record.arn,
  label: (record) => record.name,
  appliesTo: [REGION],
  permissions: [permission, ruleCompliance],
  reproduce: inRegion('aws configservice describe-config-rules; aws configservice describe-compliance-by-config-rule'),
  async *collect(session: Session, scope) {
    yield* pagesOf(listRules(await session.in(scope)), (items) => items)
  },
})
