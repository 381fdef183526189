import { defineStream, z } from 'affiant/sdk'
import type { Client } from '../client.ts'

export const users = defineStream({
  id: 'ledgerly.users',
  version: 1,
  title: 'People who can sign in',
  record: z.object({ id: z.string(), email: z.string(), secondFactor: z.boolean() }),
  key: (user) => user.id,
  permissions: [{ name: 'users:read', why: 'Lists users.', url: 'https://ledgerly.example.com/api/rights' }],
  redact: { email: 'pseudonym' },
  async *collect(client: Client) {
    let cursor = ''
    for (let number = 1; ; number++) {
      const { users: records, total, next } = await client.users(cursor)
      yield { records, number, total, cursor, last: next === null }
      if (next === null) return
      cursor = next
    }
  },
})
