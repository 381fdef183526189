import { defineStream, type Page, z } from 'affiant/sdk'
import { ruleCompliance, ruleDetails as permission, rules } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { list } from '../paging.ts'
import { REGION, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { inRegion } from '../in-region.ts'
import { listRules } from './config-rules.ts'

export const ConfigResultRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  rule: z.string(),
  resourceType: z.string(),
  /** Id of the resource, not its name. */
  resource: z.string(),
  /** `DETECTIVE` or `PROACTIVE`. */
  mode: z.string(),
  /** `COMPLIANT`, `NON_COMPLIANT` or `NOT_APPLICABLE`. */
  compliance: z.string(),
  /** When AWS Config came to this result. */
  resultRecorded: z.string().nullable(),
})
export type ConfigResultRecord = z.output<typeof ConfigResultRecord>

/** https://docs.aws.amazon.com/config/latest/APIReference/API_GetComplianceDetailsByConfigRule.html */
export const configResults = defineStream({
  id: 'aws.config-results',
  version: 1,
  title: 'Which resources meet each rule of AWS Config, and which do not',
  record: ConfigResultRecord,
  key: (record) => `${record.rule} ${record.resourceType} ${record.resource} ${record.mode}`,
  label: (record) => `${record.rule}: ${record.resource}`,
  appliesTo: [REGION],
  permissions: [permission, rules, ruleCompliance],
  reproduce: inRegion('aws configservice get-compliance-details-by-config-rule --config-rule-name "$RULE" --limit 100'),
  async *collect(session: Session, scope): AsyncIterable<Page> {
    const place = await session.in(scope)
    let number = 0
    for await (const { items } of listRules(place)) {
      for (const { name: rule, compliance } of items) {
        // AWS has no results of a rule that was never evaluated, and says so in its summary.
        if (compliance === null || compliance === 'INSUFFICIENT_DATA') continue
        const details = list(
          (NextToken) =>
            place.call('config', 'GetComplianceDetailsByConfigRule', { ConfigRuleName: rule, Limit: 100, NextToken }),
          (answer) => ({ items: given(answer.EvaluationResults, 'EvaluationResults'), next: answer.NextToken }),
        )
        for await (const page of details) {
          number += 1
          const records = page.items.map((one): ConfigResultRecord => {
            const { EvaluationResultQualifier: of } = one.EvaluationResultIdentifier ?? {}
            return {
              account: place.account,
              region: place.region,
              rule,
              resourceType: of?.ResourceType ?? '',
              resource: of?.ResourceId ?? '',
              mode: of?.EvaluationMode ?? 'DETECTIVE',
              compliance: one.ComplianceType ?? '',
              resultRecorded: timeOf(one.ResultRecordedTime),
            }
          })
          yield { records, number, last: false, ...(page.cursor !== undefined && { cursor: `${rule} ${page.cursor}` }) }
        }
      }
    }
    // Which answer is the last is known when no rule is left.
    yield { records: [], number: number + 1, last: true }
  },
})
