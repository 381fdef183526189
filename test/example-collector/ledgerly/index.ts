import { defineCollector, z } from 'affiant/sdk'
import { usersHaveSecondFactor } from './checks/users-have-second-factor.ts'
import { users } from './streams/users.ts'

export const collector = defineCollector({
  apiVersion: 1,
  id: 'ledgerly',
  title: 'Ledgerly',
  docs: 'https://ledgerly.example.com/api',
  config: z.strictObject({ company: z.string().min(1).describe('Id of the company, as in its address.') }),
  secrets: { token: 'Access token with the right users:read.' },
  limits: [{ id: 'api', perMinute: 120, concurrency: 4 }],
  open: async (context) => (await import('./client.ts')).connect(context),
  identify: (client) => client.company(),
  expects: ({ company }) => ({ id: company }),
  async *scopes(client) {
    yield { id: (await client.company()).id }
  },
  streams: [users],
  checks: [usersHaveSecondFactor],
})
