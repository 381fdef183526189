import { defineCollector } from 'affiant/sdk'
import { collector as honest } from '../../example-collector/ledgerly/index.ts'
import { users } from '../../example-collector/ledgerly/streams/users.ts'

/** Calls the first page the last, and keeps to itself what the source counts. */
export const collector = defineCollector({
  ...honest,
  streams: [
    {
      ...users,
      async *collect(client) {
        const { users: records } = await client.users('')
        yield { records, number: 1, last: true }
      },
    },
  ],
})
