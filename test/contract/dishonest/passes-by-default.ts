import { checkEach, defineCollector, defineStream, fail, observedOf, pass, z } from 'affiant/sdk'
import { usersHaveSecondFactor } from '../../example-collector/ledgerly/checks/users-have-second-factor.ts'
import type { Client } from '../../example-collector/ledgerly/client.ts'
import { collector as honest } from '../../example-collector/ledgerly/index.ts'
import { users as honestUsers } from '../../example-collector/ledgerly/streams/users.ts'

const users = defineStream({
  id: honestUsers.id,
  version: honestUsers.version,
  title: honestUsers.title,
  permissions: honestUsers.permissions,
  redact: { email: 'pseudonym' },
  record: z.object({ id: z.string(), email: z.string(), secondFactor: observedOf(z.boolean()) }),
  key: (user) => user.id,
  async *collect(client: Client, scope, reader) {
    for await (const page of honestUsers.collect(client, scope, reader)) {
      const records = page.records.map((record) => {
        const user = honestUsers.record.parse(record)
        return { ...user, secondFactor: { state: 'observed', value: user.secondFactor } }
      })
      yield { ...page, records }
    }
  },
})

const ada = { id: 'u1', email: 'ada@example.com' }

/** What it does not see is fine by it. */
export const collector = defineCollector({
  ...honest,
  streams: [users],
  checks: [
    checkEach(users, {
      id: 'ledgerly.users-have-second-factor',
      revision: 1,
      title: usersHaveSecondFactor.title,
      severity: 'high',
      rationale: usersHaveSecondFactor.rationale,
      remediation: usersHaveSecondFactor.remediation,
      criteria: () => ({ pass: 'A second factor is registered.', fail: 'No second factor is registered.' }),
      examples: {
        pass: { record: { ...ada, secondFactor: { state: 'observed', value: true } } },
        fail: { record: { ...ada, secondFactor: { state: 'observed', value: false } } },
      },
      evaluate: ({ secondFactor }) =>
        secondFactor.state === 'observed' && !secondFactor.value ? fail('No second factor.') : pass(),
    }),
  ],
})
