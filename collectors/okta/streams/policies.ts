import { defineStream, NotFoundError, type Page, type Reader, UnavailableError } from 'affiant/sdk'
import type { Refusal } from '../errors.ts'
import { path } from '../path.ts'
import { policies as permission } from '../permissions.ts'
import { PolicyRecord } from '../policy.ts'
import { PolicyAnswer, RuleAnswer } from '../policy-answer.ts'
import { noSuchType, policyOf, ruleOf } from '../policy-record.ts'
import type { Session } from '../session.ts'

/**
 * Types of policies, those of Identity Engine last. `USER_LIFECYCLE`: what the Admin Console calls automations.
 * Organisations have only some of them, which depends on engine and licences.
 */
const EVERYWHERE = ['IDP_DISCOVERY', 'MFA_ENROLL', 'OKTA_SIGN_ON', 'PASSWORD', 'USER_LIFECYCLE']
const IDENTITY_ENGINE = [
  'ACCESS_POLICY',
  'DEVICE_SIGNAL_COLLECTION',
  'ENTITY_RISK',
  'POST_AUTH_SESSION',
  'PROFILE_ENROLLMENT',
  'SESSION_VIOLATION_DETECTION',
]

export const policies = defineStream({
  id: 'okta.policies',
  version: 1,
  title: 'Policies of every type with their rules',
  record: PolicyRecord,
  key: (record) => `${record.type}:${record.id}`,
  label: (record) => record.name,
  permissions: [permission],
  reproduce: () =>
    `curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/policies?type=ACCESS_POLICY" and, for each id, "$OKTA_URL/api/v1/policies/$ID/rules"; so for each type`,
  async *collect(session: Session, _scope, reader): AsyncIterable<Page> {
    const types = session.engine === 'classic' ? EVERYWHERE : [...EVERYWHERE, ...IDENTITY_ENGINE]
    for (const [index, type] of types.entries()) {
      const records = await policiesOf(session, type, reader)
      yield { records, number: index + 1, last: index === types.length - 1, cursor: type }
    }
  },
})

async function policiesOf(session: Session, type: string, reader: Reader): Promise<PolicyRecord[]> {
  const { client, engine } = session
  const list = await reader.observe(
    `policies of type ${type}`,
    () => client.all('/api/v1/policies', { type }, PolicyAnswer, { permission: permission.name, explain }),
    { absentOn: 'not-found' },
  )
  if (list.state === 'unknown') return []
  if (list.state === 'absent') return [noSuchType(type, engine)]
  return Promise.all(
    list.value.map(async (policy) => {
      const rules = await reader.observe(`rules of ${type} ${policy.id}`, () =>
        client.all(path`/api/v1/policies/${policy.id}/rules`, {}, RuleAnswer, { permission: permission.name }),
      )
      return policyOf(
        policy,
        engine,
        rules.state === 'observed'
          ? { state: 'observed', value: rules.value.map((rule) => ruleOf(rule, policy)) }
          : rules,
      )
    }),
  )
}

/**
 * Of a type the organisation does not have, Okta says that the parameter `type` is wrong (400, E0000001) or that the
 * feature is not on (E0000015, E0000022). Anything else, 404 too, is a failed read.
 */
function explain({ status, code, summary }: Refusal) {
  const noSuch = (status === 400 && code === 'E0000001' && /\btype\b/i.test(summary)) || NOT_ON.has(code)
  if (noSuch) return new NotFoundError('the organisation has no policies of this type', { status })
  if (status === 404) {
    return new UnavailableError('GET /api/v1/policies: Okta answered 404', { status, permission: permission.name })
  }
  return undefined
}
const NOT_ON = new Set(['E0000015', 'E0000022'])
