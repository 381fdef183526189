import { z } from 'affiant/sdk'
import { told } from './answers.ts'

export const AppRecord = z.strictObject({
  id: z.string(),
  /** What kind of app it is, in Okta's catalogue: `saasure` is the Admin Console. */
  name: z.string(),
  /** What administrators called it. */
  label: z.string(),
  status: z.string(),
  /** `SAML_2_0`, `OPENID_CONNECT`, `BROWSER_PLUGIN`, …; `null` where nobody signs on. */
  signOnMode: z.string().nullable(),
  /** What is provisioned: `PUSH_USER_DEACTIVATION`, …; sorted. */
  features: z.array(z.string()),
  created: z.string().nullable(),
  lastUpdated: z.string().nullable(),
  /** Id of the policy that decides on sign-ons; Identity Engine only. */
  accessPolicy: z.string().nullable(),
  /** `web`, `native`, `browser`, `service`, of an OpenID Connect app. */
  clientType: z.string().nullable(),
  /** Sorted. */
  grantTypes: z.array(z.string()),
})
export type AppRecord = z.output<typeof AppRecord>

const link = told(z.object({ href: told(z.string()) }))

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/#tag/Application/operation/listApplications */
export const AppAnswer = z.object({
  id: z.string(),
  name: z.string(),
  label: z.string(),
  status: z.string(),
  signOnMode: told(z.string()),
  features: told(z.array(z.string())),
  created: told(z.string()),
  lastUpdated: told(z.string()),
  settings: told(
    z.object({
      oauthClient: told(z.object({ application_type: told(z.string()), grant_types: told(z.array(z.string())) })),
    }),
  ),
  _links: told(z.object({ accessPolicy: link })),
})
export type AppAnswer = z.output<typeof AppAnswer>

export function appOf(answer: AppAnswer): AppRecord {
  const { _links: links } = answer
  const client = answer.settings?.oauthClient
  return {
    id: answer.id,
    name: answer.name,
    label: answer.label,
    status: answer.status,
    signOnMode: answer.signOnMode,
    features: (answer.features ?? []).toSorted(),
    created: answer.created,
    lastUpdated: answer.lastUpdated,
    accessPolicy: links?.accessPolicy?.href?.split('/').at(-1) ?? null,
    clientType: client?.application_type ?? null,
    grantTypes: (client?.grant_types ?? []).toSorted(),
  }
}

/** Okta's own apps. They are listed to super administrators alone, so where one is listed, all are. */
const FIRST_PARTY = new Set(['saasure', 'okta_enduser', 'okta_browser_plugin'])
export const isFirstParty = ({ name }: Pick<AppRecord, 'name'>) => FIRST_PARTY.has(name)
/** The app behind which the Admin Console lies. */
export const isAdminConsole = ({ name }: Pick<AppRecord, 'name'>) => name === 'saasure'

/** An app that signs in as itself, with nobody in front of it. */
export const isServiceApp = ({ clientType, grantTypes }: Pick<AppRecord, 'clientType' | 'grantTypes'>) =>
  clientType === 'service' || grantTypes.includes('client_credentials')

/** Whether config means this app; both its id and its label will do. */
export const isNamed = ({ id, label }: Pick<AppRecord, 'id' | 'label'>, names: readonly string[]) =>
  names.some((name) => name === id || name.toLowerCase() === label.toLowerCase())
