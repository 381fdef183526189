import { z } from 'affiant/sdk'
import { READ_SCOPES } from './scopes.ts'

/** Hosts that plain http may reach: an emulated Okta on the same machine. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function staysPrivate(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || LOOPBACK.test(url.hostname))
}

/** The API has the address of the organisation alone; its Admin Console has another, with `-admin`, that serves people. */
function isNotTheConsole(text: string): boolean {
  return !/-admin\.(?:okta|oktapreview|okta-emea|okta-gov|okta\.mil)\b/.test(URL.parse(text)?.hostname ?? '')
}

/** Settings of one Okta organisation in `affiant.yaml`. */
export const OktaConfig = z.strictObject({
  orgUrl: z
    .url({ protocol: /^https?$/ })
    .refine(
      staysPrivate,
      'use https: over http the credentials could be read on the way (http is accepted to this machine only)',
    )
    .refine(isNotTheConsole, 'this is the Admin Console; leave out "-admin"')
    .describe('Address of the organisation, as in https://acme.okta.com, or its custom domain.'),
  organizationId: z
    .string()
    .regex(/^00o[A-Za-z0-9]+$/, 'the id of an organisation, which begins with 00o')
    .optional()
    .describe('Id of the organisation. When given, Okta must answer with the same id or nothing is read.'),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('oauth').describe('A service app that signs in with its private key (OAuth 2.0).'),
        clientId: z.string().min(1).describe('Client ID of the service app.'),
        keyId: z
          .string()
          .min(1)
          .optional()
          .describe('Id (kid) of the key, as the app shows it; needed where the app has more than one key.'),
        scopes: z
          .array(z.enum(READ_SCOPES))
          .min(1)
          .default([...READ_SCOPES])
          .describe('Scopes to ask for. Default: every scope that something here reads with.'),
      }),
      z.strictObject({ type: z.literal('token').describe('An API token, which has the rights of who made it.') }),
    ])
    .default({ type: 'token' })
    .describe('How to sign in: as a service app with the secret `privateKey`, or with the secret `token`.'),
  serviceAccounts: z
    .array(
      z.strictObject({
        login: z.string().min(1).describe('Okta username of the account.'),
        reason: z.string().min(1).describe('What uses it, and who answers for it.'),
      }),
    )
    .default([])
    .describe('Users that are no people. Checks about people leave them out, and count them.'),
  profile: z
    .strictObject({
      githubLogin: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the variable name of a profile attribute')
        .optional()
        .describe('Attribute that holds the GitHub login of a person; it is pseudonymised like a GitHub login.'),
    })
    .default({})
    .describe('Further profile attributes to read. Nothing else of a profile is read but login and e-mail.'),
})
export type OktaConfig = z.output<typeof OktaConfig>

export type OktaSecret = 'privateKey' | 'token'
