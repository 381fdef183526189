import { type CollectContext, DeniedError, errorForStatus, type SourceIdentity, z } from 'affiant/sdk'

const Company = z.object({ id: z.string(), name: z.string() })
const UserPage = z.object({
  users: z.array(z.object({ id: z.string(), email: z.string(), secondFactor: z.boolean() })),
  total: z.int(),
  next: z.string().nullable(),
})

export type Client = ReturnType<typeof connect>

/** Reads Ledgerly with the fetch of Affiant, which waits, retries and keeps receipts. */
export function connect({ config, secrets, fetch }: CollectContext<{ company: string }, 'token'>) {
  const { token } = secrets
  if (token === undefined) throw new DeniedError('no token is configured; set `secrets.token` of this source')

  async function get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const url = `https://ledgerly.example.com/api/${config.company}${path}`
    const response = await fetch(url, { headers: { authorization: `Bearer ${token?.reveal()}` } })
    if (!response.ok) throw errorForStatus(response.status, `GET ${path}: HTTP ${response.status}`)
    return shape.parse(await response.json())
  }

  return {
    async company(): Promise<SourceIdentity> {
      const { id, name } = await get('/company', Company)
      return { id, name, principal: { kind: 'app', name: 'access token' } }
    },
    users: (cursor: string) => get(`/users?after=${encodeURIComponent(cursor)}`, UserPage),
  }
}
