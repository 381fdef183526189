import { about, checkAll, fail, notApplicable, pass, type Result, unknown, unread, type Verdict, z } from 'affiant/sdk'
import { hooksOf, refusedRead, webhook } from '../security/examples.ts'
import { outOfReading } from '../security/reading.ts'
import { type Webhook, type WebhooksRecord, webhooks } from '../streams/webhooks.ts'

export const webhooksSecured = checkAll(
  { hooks: webhooks },
  {
    id: 'github.webhooks-secured',
    revision: 1,
    title: 'Webhooks go to a verified receiver and are signed',
    severity: 'medium',
    rationale:
      'A webhook carries names, branches and messages out. Without a secret anyone can send the receiver something alike.',
    remediation:
      '"Settings", "Webhooks", the webhook: an https address, "Enable SSL verification", and a secret that the receiver checks.',
    onPartialData: 'fails-stand',
    params: z.strictObject({}),
    criteria: () => ({
      pass: 'The address is https, the certificate is checked, and a secret signs what is sent; or the webhook is not active.',
      fail: 'The address is not https, the certificate is not checked, or there is no secret.',
    }),
    examples: {
      pass: { inputs: { hooks: [hooksOf({ state: 'observed', value: [webhook()] })] } },
      fail: { inputs: { hooks: [hooksOf({ state: 'observed', value: [webhook({ hasSecret: false })] })] } },
      'not-applicable': { inputs: { hooks: [hooksOf({ state: 'observed', value: [] })] } },
      unknown: { inputs: { hooks: [hooksOf(refusedRead)] } },
    },
    async *evaluate(datasets): AsyncIterable<Result> {
      for await (const item of datasets.hooks.items()) {
        const { record } = item
        const whole = ofOwner(record)
        if (whole !== undefined) yield { ...about(item), ...whole }
        for (const hook of record.hooks?.state === 'observed' && whole === undefined ? record.hooks.value : []) {
          yield {
            subject: `${item.key}#${hook.id}`,
            name: `${item.label}: ${hook.id}`,
            scope: item.scope,
            ...judge(hook),
          }
        }
      }
    },
  },
)

/** The verdict on a repository or organisation that has no webhook to judge. */
function ofOwner({ repository, organization, hooks, ...reading }: WebhooksRecord): Verdict | undefined {
  const owner = repository ?? organization
  const out = outOfReading({ ...reading, repository: owner })
  if (out !== undefined) return out
  if (hooks === null) return unknown('invalid', `the webhooks of ${owner} were not read`)
  if (hooks.state === 'unknown') return unread(hooks, `${owner}: webhooks`)
  const none = hooks.state === 'absent' || hooks.value.length === 0
  return none ? notApplicable('none', `${owner} has no webhooks`) : undefined
}

function judge({ active, origin, verifiesTls, hasSecret }: Webhook): Verdict {
  const where = origin ?? 'an address that is none'
  if (!active) return notApplicable('inactive', `nothing is sent to ${where}`)
  const faults: string[] = []
  if (origin?.startsWith('https://') !== true) faults.push('it is not sent over https')
  if (verifiesTls === false) faults.push('the certificate is not checked')
  if (!hasSecret) faults.push('there is no secret')
  if (faults.length > 0) return fail(`${where}: ${faults.join(', ')}`)
  if (verifiesTls === null) return unknown('invalid', `${where}: GitHub did not say whether the certificate is checked`)
  return pass(`${where}: https, with a secret`)
}
