import { z } from 'affiant/sdk'

/** A field that GitHub leaves out where the credentials may not see it. `null` means: not told. */
export const told = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null)

/** The part of `GET /orgs/{org}` that counts and identifies. */
export const OrganizationAnswer = z.object({
  id: z.int(),
  login: z.string(),
  public_repos: told(z.int()),
  total_private_repos: told(z.int()),
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
})
export type RepositoryAnswer = z.output<typeof RepositoryAnswer>
