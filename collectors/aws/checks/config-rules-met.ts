import { about, checkAll, fail, notApplicable, pass, plural, unknown, type Verdict, z } from 'affiant/sdk'
import { resultExample, ruleExample } from '../examples/config.ts'
import { configResults } from '../streams/config-results.ts'
import { type ConfigRuleRecord, configRules } from '../streams/config-rules.ts'

const bad = { ...resultExample({ resource: 'vol-0b0b0b0b' }), compliance: 'NON_COMPLIANT' }

export const configRulesMet = checkAll(
  { rules: configRules, results: configResults },
  {
    id: 'aws.config-rules-met',
    revision: 1,
    title: 'Resources meet the rules of the baseline in AWS Config',
    severity: 'high',
    rationale: 'A rule is the configuration somebody wanted, and its results are what there is.',
    remediation:
      'AWS Config, "Rules", the rule named: repair the resources listed, or change the rule if it asks for the wrong thing. Declare what is accepted for a time as an exception.',
    params: z.strictObject({
      baseline: z
        .array(z.string())
        .optional()
        .describe('Names or identifiers (`ENCRYPTED_VOLUMES`) of the rules that count. Default: every rule.'),
    }),
    onPartialData: 'fails-stand',
    criteria: ({ baseline }) => ({
      pass: `No resource is NON_COMPLIANT with the rule${baseline === undefined ? '' : ' of the baseline'}.`,
      fail: 'A resource is NON_COMPLIANT with the rule, or a rule of the baseline is on nowhere. A rule without results (INSUFFICIENT_DATA) is unknown.',
    }),
    examples: {
      pass: { inputs: { rules: [ruleExample()], results: [resultExample()] } },
      fail: { inputs: { rules: [ruleExample({ compliance: 'NON_COMPLIANT' })], results: [resultExample(), bad] } },
      unknown: { inputs: { rules: [ruleExample({ compliance: 'INSUFFICIENT_DATA' })], results: [] } },
      'not-applicable': {
        inputs: { rules: [ruleExample({ compliance: 'NOT_APPLICABLE' })], results: [] },
      },
    },
    async *evaluate(datasets, { params }) {
      const wanted = params.baseline === undefined ? undefined : new Set(params.baseline)
      const tallies = new Map<string, Tally>()
      for await (const { record } of datasets.results.items()) {
        const key = `${record.account}/${record.region}/${record.rule}`
        const tally = tallies.get(key) ?? { met: 0, notMet: 0, other: 0, examples: [] }
        count(tally, record.compliance, record.resource)
        tallies.set(key, tally)
      }
      const found = new Set<string>()
      let rules = 0
      for await (const item of datasets.rules.items()) {
        const { account, region, name, identifier } = item.record
        rules += 1
        found.add(name)
        if (identifier !== null) found.add(identifier)
        if (wanted !== undefined && !wanted.has(name) && !wanted.has(identifier ?? name)) continue
        yield { ...about(item), ...judge(item.record, tallies.get(`${account}/${region}/${name}`)) }
      }
      if (rules === 0) return
      for (const name of wanted ?? []) {
        if (found.has(name)) continue
        const verdict = fail('the rule is on in no account and region')
        yield { subject: `baseline:${name}`, name, ...verdict, ofAbsence: true }
      }
    },
  },
)

interface Tally {
  met: number
  notMet: number
  other: number
  examples: string[]
}

const NAMED = 5

function count(tally: Tally, compliance: string, resource: string): void {
  if (compliance === 'COMPLIANT') tally.met += 1
  else if (compliance === 'NON_COMPLIANT') {
    tally.notMet += 1
    if (tally.examples.length < NAMED) tally.examples.push(resource)
  } else tally.other += 1
}

function judge(rule: ConfigRuleRecord, tally: Tally = { met: 0, notMet: 0, other: 0, examples: [] }): Verdict {
  const total = tally.met + tally.notMet
  if (tally.notMet > 0) {
    const more = tally.notMet > NAMED ? ' …' : ''
    return fail(
      `${tally.notMet} of ${plural(total, 'resource')} ${tally.notMet === 1 ? 'does' : 'do'} not meet it: ${tally.examples.join(', ')}${more}`,
    )
  }
  // The summary and the results are read one after the other; where they disagree, neither is taken for good.
  if (rule.compliance === 'NON_COMPLIANT') return fail('AWS Config calls the rule NON_COMPLIANT')
  if (rule.state !== 'ACTIVE') return unknown('unavailable', `the rule is ${rule.state}`)
  if (rule.compliance === 'NOT_APPLICABLE') return notApplicable('no-resources', 'the rule applies to no resource')
  if (rule.compliance !== 'COMPLIANT' || tally.met === 0) {
    return unknown('unavailable', `AWS Config has no result for the rule (${rule.compliance ?? 'not evaluated'})`)
  }
  return pass(
    `${plural(tally.met, 'resource meets', 'resources meet')} it${tally.other > 0 ? `, to ${tally.other} it does not apply` : ''}`,
  )
}
