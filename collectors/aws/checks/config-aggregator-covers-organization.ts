import { checkAll, fail, notApplicable, pass, plural, type Verdict } from 'affiant/sdk'
import { aggregatorExample, aggregatorSourceExample, recordersExample } from '../examples/config.ts'
import { type ConfigAggregatorSourceRecord, configAggregatorSources } from '../streams/config-aggregator-sources.ts'
import { type ConfigAggregatorRecord, configAggregators } from '../streams/config-aggregators.ts'
import { configRecorders } from '../streams/config-recorders.ts'
import { named } from '../texts.ts'

const other = recordersExample({ account: '444455556666' })
const sources = [aggregatorSourceExample(), aggregatorSourceExample({ source: '444455556666' })]
const recorders = [recordersExample(), other]

/** Left to its default, nothing is concluded from part of the data: the aggregator may be in what was not read. */
export const configAggregatorCoversOrganization = checkAll(
  { aggregators: configAggregators, sources: configAggregatorSources, recorders: configRecorders },
  {
    id: 'aws.config-aggregator-covers-organization',
    revision: 1,
    title: 'One aggregator of AWS Config covers the organisation in all regions',
    severity: 'medium',
    rationale: 'Somebody has to see the configuration of all accounts in one place, or nobody sees it as a whole.',
    remediation:
      'AWS Config, "Aggregators", "Create aggregator" in the management or a delegated account: "Add my organization", all regions and future regions.',
    criteria: () => ({
      pass: 'An aggregator takes from the organisation and all regions, no source of it is FAILED or OUTDATED, and every account that was read is among its sources.',
      fail: 'No aggregator takes from the whole organisation and all regions, or a source of it is FAILED or OUTDATED, or an account that was read is missing among them.',
    }),
    examples: {
      pass: { inputs: { aggregators: [aggregatorExample()], sources, recorders } },
      fail: {
        inputs: {
          aggregators: [aggregatorExample()],
          sources: [aggregatorSourceExample({ status: 'FAILED', errorCode: 'AccessDenied' })],
          recorders,
        },
      },
      'not-applicable': { inputs: { aggregators: [], sources: [], recorders: [recordersExample()] } },
    },
    async *evaluate(datasets) {
      const accounts = new Set<string>()
      for await (const { record } of datasets.recorders.items()) {
        accounts.add(record.account)
      }
      if (accounts.size === 0) return
      const covering: ConfigAggregatorRecord[] = []
      let others = 0
      for await (const { record } of datasets.aggregators.items()) {
        if (record.organization && record.allRegions) covering.push(record)
        else others += 1
      }
      if (covering.length === 0) {
        const verdict =
          accounts.size === 1 && others === 0
            ? notApplicable('single-account', `${[...accounts].join()} alone was read, and it has no aggregator`)
            : fail(
                `${others === 0 ? 'there is no aggregator' : `no aggregator takes from the whole organisation and all regions (${others} listed)`}; ${plural(accounts.size, 'account was', 'accounts were')} read`,
              )
        yield { subject: 'organization', name: 'Aggregation', ...verdict }
        return
      }
      for (const aggregator of covering) {
        const found: ConfigAggregatorSourceRecord[] = []
        for await (const { record } of datasets.sources.items()) {
          if (record.aggregator === aggregator.arn && record.type === 'ACCOUNT') found.push(record)
        }
        yield { subject: aggregator.arn, name: aggregator.name, ...judge(found, accounts) }
      }
    },
  },
)

function judge(found: readonly ConfigAggregatorSourceRecord[], accounts: ReadonlySet<string>): Verdict {
  const bad = found.filter(({ status }) => status !== 'SUCCEEDED')
  const seen = new Set(found.map(({ source }) => source))
  const missing = [...accounts].filter((account) => !seen.has(account)).sort()
  const faults: string[] = []
  if (bad.length > 0) {
    const names = bad.map(({ source, region, status }) => `${source}/${region} ${status ?? 'never updated'}`).sort()
    faults.push(`sources that are not up to date, ${bad.length} of ${found.length}: ${named(names)}`)
  }
  if (missing.length > 0)
    faults.push(`accounts that are no source, ${missing.length} of ${accounts.size}: ${named(missing)}`)
  if (faults.length > 0) return fail(faults.join('; '))
  return pass(
    `every source SUCCEEDED (${found.length}), those of every account that was read among them (${accounts.size})`,
  )
}
