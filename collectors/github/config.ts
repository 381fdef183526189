import { z } from 'affiant/sdk'

/** Hosts that plain http may reach: an emulated GitHub on the same machine. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function staysPrivate(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || LOOPBACK.test(url.hostname))
}

/** Settings of one GitHub organisation in `affiant.yaml`. */
export const GithubConfig = z.strictObject({
  organization: z
    .string()
    .regex(
      /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/,
      'the login of an organisation, as in https://github.com/<login>',
    )
    .describe('Login of the organisation, as in https://github.com/<login>.'),
  organizationId: z
    .union([z.int().positive(), z.string().regex(/^\d+$/)])
    .optional()
    .describe('Numeric id of the organisation. When given, GitHub must answer with the same id or nothing is read.'),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine(
      staysPrivate,
      'use https: over http the credentials could be read on the way (http is accepted to this machine only)',
    )
    .default('https://api.github.com')
    .describe('Root of the REST API; for GitHub Enterprise Server https://<host>/api/v3.'),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('token').describe('A personal access token or an installation token.') }),
      z.strictObject({
        type: z.literal('app').describe('A GitHub App installed in the organisation.'),
        appId: z.int().positive().describe('Id of the GitHub App, from its settings page.'),
        installationId: z.int().positive().describe('Id of its installation in this organisation.'),
      }),
    ])
    .default({ type: 'token' })
    .describe('How to sign in: with the secret `token`, or as a GitHub App with the secret `privateKey`.'),
  repositories: z
    .strictObject({
      exclude: z
        .array(
          z.strictObject({
            name: z.string().min(1).describe('Name of the repository, without the organisation.'),
            reason: z.string().min(1).describe('Why it is left out; printed in the evidence.'),
          }),
        )
        .default([])
        .describe(
          'Repositories whose branch protection and code owners are not read. They stay listed, with the reason.',
        ),
    })
    .default({ exclude: [] })
    .describe('Which repositories to look into.'),
})
export type GithubConfig = z.output<typeof GithubConfig>

export type GithubSecret = 'token' | 'privateKey'
