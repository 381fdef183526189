import { z } from 'affiant/sdk'

/** Hosts that plain http may reach: an emulated GitHub on the same machine. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function staysPrivate(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || LOOPBACK.test(url.hostname))
}

const Login = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/,
    'the login of an organisation, as in https://github.com/<login>',
  )

/** Keys as most trackers have them. `UTF-8` is none. */
const WORK_ITEMS = '\\b(?!(?:AES|CVE|CWE|GMT|HTTP|ISO|MD|RFC|RSA|SHA|TLS|UTC|UTF)-)[A-Z][A-Z0-9]{1,9}-[1-9][0-9]*\\b'

const PRODUCTION = '^(?:[Pp][Rr][Oo][Dd]|[Ll][Ii][Vv][Ee])'

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'gu').global
  } catch {
    return false
  }
}

const OrganizationId = z.union([z.int().positive(), z.string().regex(/^\d+$/)])

const OrganizationEntry = z.union([
  Login.describe('Login of the organisation.'),
  z.strictObject({
    login: Login.describe('Login of the organisation.'),
    id: OrganizationId.optional().describe('Numeric id GitHub must answer with.'),
    installationId: z
      .int()
      .positive()
      .optional()
      .describe('Id of the app’s installation in this organisation. Left out, GitHub is asked for it.'),
  }),
])

/** Settings of one source, of one GitHub organisation or several, in `affiant.yaml`. */
export const GithubConfig = z
  .strictObject({
    organization: Login.optional().describe('Login of the organisation, as in https://github.com/<login>.'),
    organizationId: OrganizationId.optional().describe(
      'Numeric id of the organisation. When given, GitHub must answer with the same id or nothing is read.',
    ),
    organizations: z
      .array(OrganizationEntry)
      .min(1)
      .optional()
      .describe(
        'In place of `organization`, several of them that the same credentials read: logins, or `{ login, id, installationId }`.',
      ),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .refine(
        staysPrivate,
        'use https: over http the credentials could be read on the way (http is accepted to this machine only)',
      )
      .default('https://api.github.com')
      .describe(
        'Root of the REST API. GitHub Enterprise Server: https://<host>/api/v3; Enterprise Cloud with data residency: https://api.<subdomain>.ghe.com.',
      ),
    auth: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('token').describe('A personal access token or an installation token.') }),
        z.strictObject({
          type: z.literal('app').describe('A GitHub App installed in each organisation.'),
          appId: z.int().positive().describe('Id of the GitHub App, from its settings page.'),
          installationId: z
            .int()
            .positive()
            .optional()
            .describe('Id of its installation in `organization`. Left out, GitHub is asked for it.'),
        }),
      ])
      .default({ type: 'token' })
      .describe('How to sign in: with the secret `token`, or as a GitHub App with the secret `privateKey`.'),
    repositories: z
      .strictObject({
        exclude: z
          .array(
            z.strictObject({
              name: z
                .string()
                .min(1)
                .describe('Name of the repository; with the organisation (`acme/lab`) where there are several.'),
              reason: z.string().min(1).describe('Why it is left out; printed in the evidence.'),
            }),
          )
          .default([])
          .describe(
            'Repositories that are not looked into: their protection, code owners, scanning, keys, webhooks and environments are not read. They stay listed, with the reason.',
          ),
        expected: z
          .array(z.string().min(1))
          .default([])
          .describe(
            'Names of repositories that must be there; with the organisation (`acme/api`) where there are several. One that the credentials do not see is named in the evidence of changes, which is then incomplete.',
          ),
      })
      .default({ exclude: [], expected: [] })
      .describe('Which repositories to look into.'),
    changes: z
      .strictObject({
        workItems: z
          .string()
          .refine(isPattern, 'a regular expression as in JavaScript, with the flag u')
          .default(WORK_ITEMS)
          .describe(
            'Regular expression for keys of tickets in titles and texts of pull requests. Only what matches is kept. Default: two letters or more, a hyphen and a number (`OPS-12`), without the names of common standards.',
          ),
        production: z
          .string()
          .refine(isPattern, 'a regular expression as in JavaScript, with the flag u')
          .default(PRODUCTION)
          .describe(
            'Regular expression for names of environments that are production: of these it is read who consented to deployments. Default: names that begin with prod or live, in any case.',
          ),
        bypasses: z
          .boolean()
          .default(false)
          .describe(
            'Whether to ask who was let past rulesets. GitHub tells only those who may change rulesets: the credentials then need a right to write, which nothing here uses. Default: false.',
          ),
      })
      .default({ workItems: WORK_ITEMS, production: PRODUCTION, bypasses: false })
      .describe('How changes are read.'),
  })
  .superRefine((config, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if ((config.organization === undefined) === (config.organizations === undefined)) {
      refuse('organization', 'name the organisation here, or several under `organizations`')
    }
    if (config.organizations === undefined) return
    if (config.organizationId !== undefined) refuse('organizationId', 'write `id` beside each of `organizations`')
    if (config.auth.type === 'app' && config.auth.installationId !== undefined) {
      refuse(
        'auth',
        'an installation belongs to one organisation: write `installationId` beside each of `organizations`',
      )
    }
    const logins = organizationsOf(config).map(({ login }) => login.toLowerCase())
    if (new Set(logins).size < logins.length) refuse('organizations', 'the same organisation stands there twice')
  })
export type GithubConfig = z.output<typeof GithubConfig>

/** An organisation of config, in the one form or the other. */
export interface ConfiguredOrganization {
  login: string
  id?: string
  installationId?: number
}

export function organizationsOf(
  config: Pick<GithubConfig, 'organization' | 'organizationId' | 'organizations' | 'auth'>,
): ConfiguredOrganization[] {
  const { organization, organizationId, organizations, auth } = config
  const installationId = auth.type === 'app' ? auth.installationId : undefined
  const entries =
    organizations ?? (organization === undefined ? [] : [{ login: organization, id: organizationId, installationId }])
  return entries.map((entry) => {
    if (typeof entry === 'string') return { login: entry }
    const { login, id, installationId: installation } = entry
    return {
      login,
      ...(id !== undefined && { id: String(id) }),
      ...(installation !== undefined && { installationId: installation }),
    }
  })
}

export type GithubSecret = 'token' | 'privateKey'
