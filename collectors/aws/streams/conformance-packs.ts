import { createHash } from 'node:crypto'
import { defineStream, NotFoundError, observedOf, type Reader, z } from 'affiant/sdk'
import {
  packCompliance,
  packScores,
  packSummary,
  packs as permission,
  packStatus,
  template,
} from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { list, listAll, pagesOf } from '../paging.ts'
import { type Place, REGION, type Session } from '../session.ts'
import { timeOf } from '../answers.ts'
import { inRegion } from '../in-region.ts'

export const ConformancePackRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  name: z.string(),
  arn: z.string(),
  /** `CREATE_COMPLETE`, `CREATE_IN_PROGRESS`, `CREATE_FAILED`, `DELETE_IN_PROGRESS`, `DELETE_FAILED`. */
  state: z.string().nullable(),
  /** The service that deployed it: an organisation conformance pack, Security Hub. */
  createdBy: z.string().nullable(),
  lastUpdate: z.string().nullable(),
  /** Document of Systems Manager it was made from, with its version. */
  document: z.string().nullable(),
  /** Digest of the template of the stack that AWS Config made of the pack; absent while there is no stack. */
  template: observedOf(z.strictObject({ sha256: z.string() })),
  /** `COMPLIANT`, `NON_COMPLIANT` or `INSUFFICIENT_DATA`; `null` if AWS does not list it. */
  compliance: z.string().nullable(),
  /** Per cent of results that meet the rules, or `INSUFFICIENT_DATA`. */
  score: z.string().nullable(),
  rules: z.array(z.strictObject({ name: z.string(), compliance: z.string() })),
})
export type ConformancePackRecord = z.output<typeof ConformancePackRecord>

/** https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConformancePacks.html */
export const conformancePacks = defineStream({
  id: 'aws.conformance-packs',
  version: 1,
  title: 'Conformance packs with the digest of their template, and their results',
  record: ConformancePackRecord,
  key: (record) => record.arn,
  label: (record) => record.name,
  appliesTo: [REGION],
  permissions: [permission, packStatus, packSummary, packCompliance, packScores, template],
  reproduce: inRegion(
    'aws configservice describe-conformance-packs; aws configservice describe-conformance-pack-compliance --conformance-pack-name "$NAME"; aws cloudformation get-template --stack-name "$STACK" --template-stage Original',
  ),
  async *collect(session: Session, scope, reader: Reader) {
    const place = await session.in(scope)
    const scores = new Map<string | undefined, string | undefined>()
    let known: Awaited<ReturnType<typeof statusesOf>> | undefined
    const pages = list(
      (NextToken) => place.call('config', 'DescribeConformancePacks', { Limit: 20, NextToken }),
      (answer) => ({ items: given(answer.ConformancePackDetails, 'ConformancePackDetails'), next: answer.NextToken }),
    )
    yield* pagesOf(pages, async (items) => {
      if (items.length === 0) return []
      if (known === undefined) {
        known = await statusesOf(place)
        for (const { ConformancePackName: name, Score } of await scoresOf(place)) scores.set(name, Score)
      }
      const records: ConformancePackRecord[] = []
      for (const { ConformancePackName: name = '', ConformancePackArn: arn = '', ...pack } of items) {
        const status = known.get(name)
        const from = pack.TemplateSSMDocumentDetails
        records.push({
          account: place.account,
          region: place.region,
          name,
          arn,
          state: status?.ConformancePackState ?? null,
          createdBy: pack.CreatedBy ?? null,
          lastUpdate: timeOf(pack.LastUpdateRequestedTime),
          document:
            from?.DocumentName === undefined ? null : `${from.DocumentName}:${from.DocumentVersion ?? '$DEFAULT'}`,
          template: await reader.observe(`${name}: template`, () => digestOf(place, status?.StackArn), {
            absentOn: 'not-found',
          }),
          compliance: await summaryOf(place, name),
          score: scores.get(name) ?? null,
          rules: await rulesOf(place, name),
        })
      }
      return records
    })
  },
})

async function statusesOf(place: Place) {
  const found = await listAll(
    (NextToken) => place.call('config', 'DescribeConformancePackStatus', { Limit: 20, NextToken }),
    (answer) => ({
      items: given(answer.ConformancePackStatusDetails, 'ConformancePackStatusDetails'),
      next: answer.NextToken,
    }),
  )
  return new Map(found.map((one) => [one.ConformancePackName, one]))
}

const scoresOf = (place: Place) =>
  listAll(
    (NextToken) => place.call('config', 'ListConformancePackComplianceScores', { Limit: 20, NextToken }),
    (answer) => ({
      items: given(answer.ConformancePackComplianceScores, 'ConformancePackComplianceScores'),
      next: answer.NextToken,
    }),
  )

async function summaryOf(place: Place, name: string): Promise<string | null> {
  const answer = await place.call('config', 'GetConformancePackComplianceSummary', { ConformancePackNames: [name] })
  const found = given(answer.ConformancePackComplianceSummaryList, 'ConformancePackComplianceSummaryList')
  return found.find((one) => one.ConformancePackName === name)?.ConformancePackComplianceStatus ?? null
}

async function rulesOf(place: Place, name: string): Promise<ConformancePackRecord['rules']> {
  const found = await listAll(
    (NextToken) =>
      place.call('config', 'DescribeConformancePackCompliance', { ConformancePackName: name, Limit: 1000, NextToken }),
    (answer) => ({
      items: given(answer.ConformancePackRuleComplianceList, 'ConformancePackRuleComplianceList'),
      next: answer.NextToken,
    }),
  )
  return found
    .map((one) => ({ name: one.ConfigRuleName ?? '', compliance: one.ComplianceType ?? 'INSUFFICIENT_DATA' }))
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** AWS Config does not give a template back; the stack that it made of it does. */
async function digestOf(place: Place, stack: string | undefined): Promise<{ sha256: string }> {
  if (stack === undefined || stack === '') throw new NotFoundError('the pack has no stack')
  const { TemplateBody: body } = await place.call('cloudformation', 'GetTemplate', {
    StackName: stack,
    TemplateStage: 'Original',
  })
  return { sha256: createHash('sha256').update(given(body, 'TemplateBody')).digest('hex') }
}
