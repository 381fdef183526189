import { about, checkAll, fail, pass, plural, unknown, unread, type Verdict, z } from 'affiant/sdk'
import { packExample, recordersExample } from '../examples/config.ts'
import { configRecorders } from '../streams/config-recorders.ts'
import { type ConformancePackRecord, conformancePacks } from '../streams/conformance-packs.ts'
import { named } from '../texts.ts'

const recorders = [recordersExample()]

export const conformancePackDeployed = checkAll(
  { packs: conformancePacks, recorders: configRecorders },
  {
    id: 'aws.conformance-pack-deployed',
    revision: 1,
    title: 'Every account has a conformance pack with a result',
    severity: 'medium',
    rationale: 'A pack is the whole baseline in one piece, with one template that can be reviewed and one result.',
    remediation:
      'AWS Config, "Conformance packs", "Deploy conformance pack"; for all accounts at once as an organisation conformance pack from the delegated account.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      packs: z
        .array(z.string())
        .optional()
        .describe('Beginnings of the names of packs that count. Default: every pack.'),
    }),
    criteria: () => ({
      pass: 'The account has a conformance pack that is CREATE_COMPLETE, with its result and the digest of its template; no pack of it failed.',
      fail: 'The account has no conformance pack that is CREATE_COMPLETE, or one that failed.',
    }),
    examples: {
      pass: { inputs: { packs: [packExample()], recorders } },
      fail: { inputs: { packs: [packExample({ state: 'CREATE_FAILED' })], recorders } },
      unknown: { inputs: { packs: [packExample({ compliance: 'INSUFFICIENT_DATA' })], recorders } },
    },
    async *evaluate(datasets, { params }) {
      const accounts = new Map<string, string[]>()
      for await (const { record } of datasets.recorders.items()) accounts.set(record.account, [])
      for await (const item of datasets.packs.items()) {
        const { account, region, name, state, score } = item.record
        if (params.packs !== undefined && !params.packs.some((start) => name.startsWith(start))) continue
        yield { ...about(item), ...judge(item.record) }
        if (state === 'CREATE_COMPLETE') {
          accounts.set(account, [
            ...(accounts.get(account) ?? []),
            `"${name}" in ${region}${score === null ? '' : ` (score ${score})`}`,
          ])
        }
      }
      for (const [account, packs] of accounts) {
        yield {
          subject: account,
          name: `Account ${account}`,
          ...(packs.length > 0
            ? pass(`${plural(packs.length, 'pack is', 'packs are')} in place: ${named(packs)}`)
            : { ...fail('no conformance pack is CREATE_COMPLETE'), ofAbsence: true as const }),
        }
      }
    },
  },
)

function judge({ state, compliance, template, rules }: ConformancePackRecord): Verdict {
  if (state === 'CREATE_FAILED' || state === 'DELETE_FAILED') return fail(`the pack is ${state}`)
  if (state !== 'CREATE_COMPLETE') return unknown('unavailable', `the pack is ${state ?? 'without a state'}`)
  if (template.state === 'unknown') return unread(template, 'the template of the pack')
  if (template.state === 'absent') return unknown('unavailable', 'the pack has no stack, so its template is not known')
  if (compliance === null || compliance === 'INSUFFICIENT_DATA') {
    return unknown('unavailable', `the pack has no result (${compliance ?? 'not evaluated'})`)
  }
  const met = rules.filter((rule) => rule.compliance === 'COMPLIANT').length
  const digest = `, template sha256 ${template.value.sha256.slice(0, 12)}…`
  // Whether its rules are met is what aws.config-rules-met is about.
  return pass(`rules that are met: ${met} of ${rules.length}${digest}`)
}
