import { z } from 'affiant/sdk'

/** A field that Okta may leave out. `null` means: not told, or nothing there. */
export const told = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null)

/** A time as Okta writes it (`2026-01-02T03:04:05.000Z`). */
export const Time = z.iso.datetime({ offset: true })

/**
 * `GET /.well-known/okta-organization`, which needs no credentials. `pipeline`: `idx` is Identity Engine, `v1` Classic. The
 * link names the organisation's own host, whatever custom domain it was asked at.
 */
export const OrganizationAnswer = z.object({
  id: z.string().min(1),
  pipeline: told(z.string()),
  _links: told(z.object({ organization: told(z.object({ href: z.url() })) })),
})

/** Administrator roles: https://developer.okta.com/docs/api/openapi/okta-management/guides/roles/ */
export const RoleAnswer = z.object({
  id: z.string(),
  /** `SUPER_ADMIN` and the like; `CUSTOM` for roles the organisation made. */
  type: z.string(),
  label: told(z.string()),
  /** `USER`, `GROUP` or `CLIENT`. */
  assignmentType: told(z.string()),
  status: told(z.string()),
  role: told(z.string()),
  'resource-set': told(z.string()),
})
export type RoleAnswer = z.output<typeof RoleAnswer>
