import { defineStream, onlyPage, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { authenticators as permission, orgFactors } from '../permissions.ts'
import type { Session } from '../session.ts'

export const AuthenticatorRecord = z.strictObject({
  id: z.string(),
  /** `okta_password`, `okta_verify`, `phone_number`, `security_question` …; in Classic `okta_sms`, `okta_question` … */
  key: z.string(),
  name: z.string().nullable(),
  type: z.string().nullable(),
  /** `ACTIVE` or `INACTIVE`; in Classic also `NOT_SETUP`. */
  status: z.string(),
  /** `any`, `sso` (signing in), `recovery` or `none`; `null` where Okta does not say. */
  allowedFor: z.string().nullable(),
})
export type AuthenticatorRecord = z.output<typeof AuthenticatorRecord>

const AuthenticatorAnswer = z.object({
  id: z.string(),
  key: z.string(),
  name: told(z.string()),
  type: told(z.string()),
  status: z.string(),
  settings: told(z.object({ allowedFor: told(z.string()) })),
})

/** Classic knows no authenticators but factors of the organisation. They serve signing in; recovery is in the password policy. */
const FactorAnswer = z.object({ id: z.string(), factorType: told(z.string()), status: z.string() })

async function ofIdentityEngine({ client }: Session): Promise<AuthenticatorRecord[]> {
  const answers = await client.all('/api/v1/authenticators', {}, AuthenticatorAnswer, { permission: permission.name })
  return answers.map(({ id, key, name, type, status, settings }) => ({
    id,
    key,
    name,
    type,
    status,
    allowedFor: settings?.allowedFor ?? null,
  }))
}

async function ofClassic({ client }: Session): Promise<AuthenticatorRecord[]> {
  const answers = await client.all('/api/v1/org/factors', {}, FactorAnswer, { permission: orgFactors.name })
  return answers.map(({ id, factorType, status }) => ({
    id,
    key: id,
    name: null,
    type: factorType,
    status,
    allowedFor: 'sso',
  }))
}

export const authenticators = defineStream({
  id: 'okta.authenticators',
  version: 1,
  title: 'Authenticators of the organisation, and what they may be used for',
  record: AuthenticatorRecord,
  key: (record) => record.id,
  label: (record) => record.name ?? record.key,
  permissions: [permission, orgFactors],
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/authenticators"',
  async *collect(session: Session) {
    yield onlyPage(await (session.engine === 'classic' ? ofClassic(session) : ofIdentityEngine(session)))
  },
})
