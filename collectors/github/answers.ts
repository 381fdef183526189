import { z } from 'affiant/sdk'

/** A field that GitHub leaves out where the credentials may not see it. `null` means: not told. */
export const told = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null)

/** The part of `GET /orgs/{org}` that counts and identifies. */
export const OrganizationAnswer = z.object({
  id: z.int(),
  login: z.string(),
  public_repos: told(z.int()),
  total_private_repos: told(z.int()),
  /** `free`, `team`, `enterprise`: told to owners, and to apps that may read settings. */
  plan: told(z.object({ name: z.string() })),
})

/** An account in a list. GitHub marks what is not a person with the type `Bot`. */
export const AccountAnswer = z.object({ login: z.string(), type: told(z.string()) })

/**
 * A person by login (pseudonymised by the engine), or an app by name; exactly one of them is set. An account whose type
 * GitHub does not tell is taken for a person: that way no name is written down by mistake.
 */
export const accountFields = { login: z.string().nullable(), app: z.string().nullable() }

export function accountOf({ login, type }: z.output<typeof AccountAnswer>): {
  login: string | null
  app: string | null
} {
  return type === 'Bot' ? { login: null, app: login } : { login, app: null }
}

/** Key of an account, after redaction. */
export function accountKey({ login, app }: { login: string | null; app: string | null }): string {
  return login ?? `app:${app}`
}

/** Stream redactions of {@link accountFields}. */
export const accountRedactions = { login: 'pseudonym' } as const

/** Whether each feature is enabled; `null`: GitHub did not say. */
const feature = z.boolean().nullable()
export const SecurityAndAnalysis = z.strictObject({
  advancedSecurity: feature,
  codeSecurity: feature,
  secretScanning: feature,
  secretScanningPushProtection: feature,
  dependabotSecurityUpdates: feature,
})

const status = told(z.object({ status: told(z.enum(['enabled', 'disabled'])) })).transform((value) => {
  const said = value?.status ?? null
  return said === null ? null : said === 'enabled'
})

/** Shown to administrators of the repository and security managers: https://docs.github.com/en/rest/repos/repos#list-organization-repositories */
const SecurityAndAnalysisAnswer = told(
  z
    .object({
      advanced_security: status,
      code_security: status,
      secret_scanning: status,
      secret_scanning_push_protection: status,
      dependabot_security_updates: status,
    })
    .transform(
      (answer): z.output<typeof SecurityAndAnalysis> => ({
        advancedSecurity: answer.advanced_security,
        codeSecurity: answer.code_security,
        secretScanning: answer.secret_scanning,
        secretScanningPushProtection: answer.secret_scanning_push_protection,
        dependabotSecurityUpdates: answer.dependabot_security_updates,
      }),
    ),
)

/** A repository in a list of the organisation. */
export const RepositoryAnswer = z.object({
  node_id: z.string(),
  name: z.string(),
  full_name: z.string(),
  private: z.boolean(),
  visibility: told(z.enum(['public', 'private', 'internal'])),
  archived: z.boolean(),
  fork: z.boolean(),
  // Always sent. Left out, it must not pass for a repository without a branch.
  default_branch: z.string().nullable(),
  pushed_at: told(z.iso.datetime({ offset: true })),
  security_and_analysis: SecurityAndAnalysisAnswer,
})
export type RepositoryAnswer = z.output<typeof RepositoryAnswer>
