import { defineStream, quoted, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { BY_APP } from '../kinds.ts'
import { pagesOf } from '../listing.ts'
import { accessTokens as permission } from '../security/permissions.ts'
import { Time } from '../security/reading.ts'
import type { Session } from '../session.ts'

/** A fine-grained token that reaches the organisation; its name and the token itself are not written. */
export const AccessTokenRecord = z.strictObject({
  /** Of the grant, as in the organisation's settings. */
  id: z.int(),
  owner: z.string(),
  /** `none`, `all`, `subset`. */
  repositories: z.string(),
  /** `organization.members:write`, `repository.contents:read`, … */
  permissions: z.array(z.string()),
  grantedAt: z.iso.datetime(),
  expired: z.boolean(),
  /** `null`: never. */
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
})
export type AccessTokenRecord = z.output<typeof AccessTokenRecord>

const rights = told(z.record(z.string(), z.string()))
/** https://docs.github.com/en/rest/orgs/personal-access-tokens */
const TokenAnswer = z.object({
  id: z.int(),
  owner: z.object({ login: z.string() }),
  repository_selection: z.string(),
  permissions: z.object({ organization: rights, repository: rights, other: rights }),
  access_granted_at: Time,
  token_expired: z.boolean(),
  // Always sent. Left out, it must not pass for a token without an end, nor the other way round.
  token_expires_at: Time.nullable(),
  token_last_used_at: told(Time),
})

export const accessTokens = defineStream({
  id: 'github.access-tokens',
  version: 1,
  title: 'Fine-grained tokens that reach the organisation',
  record: AccessTokenRecord,
  key: ({ id }) => String(id),
  permissions: [permission],
  redact: { owner: 'pseudonym' },
  appliesTo: BY_APP,
  reproduce: (scope) => `gh api --paginate ${quoted(`/orgs/${scope.id}/personal-access-tokens`)}`,
  async *collect(session: Session, scope) {
    const { client, organization: org } = session.in(scope)
    const options = { permission: permission.name }
    yield* pagesOf(client.pages('/orgs/{org}/personal-access-tokens', { org }, TokenAnswer, options), (tokens) =>
      tokens.map(
        (token): AccessTokenRecord => ({
          id: token.id,
          owner: token.owner.login,
          repositories: token.repository_selection,
          permissions: Object.entries(token.permissions)
            .flatMap(([part, levels]) =>
              Object.entries(levels ?? {}).map(([name, level]) => `${part}.${name}:${level}`),
            )
            .sort(),
          grantedAt: token.access_granted_at,
          expired: token.token_expired,
          expiresAt: token.token_expires_at,
          lastUsedAt: token.token_last_used_at,
        }),
      ),
    )
  },
})
