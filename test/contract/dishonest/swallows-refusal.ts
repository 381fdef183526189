import { defineCollector } from 'affiant/sdk'
import { collector as honest } from '../../example-collector/ledgerly/index.ts'
import { users } from '../../example-collector/ledgerly/streams/users.ts'

/** Takes a refusal for an empty list. */
export const collector = defineCollector({
  ...honest,
  streams: [
    {
      ...users,
      async *collect(client, scope, reader) {
        try {
          yield* users.collect(client, scope, reader)
        } catch {
          yield { records: [], number: 1, last: true }
        }
      },
    },
  ],
})
