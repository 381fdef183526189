import { checkEach, fail, pass, unread } from 'affiant/sdk'
import { denied, exampleFunction, observed } from '../examples/data.ts'
import { lambdaFunctions } from '../streams/lambda-functions.ts'

export const functionEnvironmentsWithoutSecrets = checkEach(lambdaFunctions, {
  id: 'aws.function-environments-without-secrets',
  revision: 1,
  title: 'No credentials lie in the environment of functions',
  severity: 'high',
  rationale: 'Whoever may look at the configuration of a function reads its variables.',
  remediation:
    'Put the value into Secrets Manager or Parameter Store, let the function read it, delete the variable named, and replace the credential.',
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'No value of a variable looks like a credential. Values are looked at while they are read and never written.',
    fail: 'A value looks like a credential; the variable and the rule are named.',
  }),
  examples: {
    pass: { record: exampleFunction() },
    fail: { record: exampleFunction({ environment: observed([{ name: 'DB_URL', detector: 'connection-string' }]) }) },
    unknown: { record: exampleFunction({ environment: denied('kms:Decrypt') }) },
  },
  evaluate({ environment }) {
    if (environment.state === 'unknown') return unread(environment, 'the environment of the function')
    if (environment.state === 'absent') return pass('has no variables')
    const found = environment.value.filter(({ detector }) => detector !== null)
    if (found.length === 0) return pass(`no variable looks like a credential (${environment.value.length} listed)`)
    return fail(`looks like a credential: ${found.map(({ name, detector }) => `${name} (${detector})`).join(', ')}`)
  },
})
