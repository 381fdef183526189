import { checkEach, fail, pass } from 'affiant/sdk'
import { users } from '../streams/users.ts'

const ada = { id: 'u1', email: 'ada@example.com' }

export const usersHaveSecondFactor = checkEach(users, {
  id: 'ledgerly.users-have-second-factor',
  revision: 1,
  title: 'Every user has a second factor',
  severity: 'high',
  rationale: 'A password alone is guessed, reused or phished sooner or later.',
  remediation: 'In Ledgerly open Settings, Security and choose "Require a second factor".',
  criteria: () => ({ pass: 'A second factor is registered.', fail: 'No second factor is registered.' }),
  examples: {
    pass: { record: { ...ada, secondFactor: true } },
    fail: { record: { ...ada, secondFactor: false } },
  },
  evaluate: (user) => (user.secondFactor ? pass() : fail('No second factor is registered.')),
})
