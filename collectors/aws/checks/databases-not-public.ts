import { checkEach, fail, pass } from 'affiant/sdk'
import { exampleDatabase } from '../examples/data.ts'
import { rdsInstances } from '../streams/rds-instances.ts'

export const databasesNotPublic = checkEach(rdsInstances, {
  id: 'aws.databases-not-public',
  revision: 1,
  title: 'Databases have no public address',
  severity: 'critical',
  rationale: 'A database that the internet reaches is one guessed password away from everybody.',
  remediation: 'RDS console, the database named, "Modify", "Connectivity", "Public access": "Not publicly accessible".',
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'PubliclyAccessible is off.',
    fail: 'PubliclyAccessible is on.',
  }),
  examples: {
    pass: { record: exampleDatabase() },
    fail: { record: exampleDatabase({ public: true }) },
  },
  evaluate(record) {
    return record.public ? fail('is publicly accessible') : pass('is not publicly accessible')
  },
})
