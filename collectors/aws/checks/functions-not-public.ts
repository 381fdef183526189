import { checkEach, fail, notApplicable, pass, unread, z } from 'affiant/sdk'
import { denied, exampleFunction, observed } from '../examples/data.ts'
import { lambdaFunctions } from '../streams/lambda-functions.ts'

export const functionsNotPublic = checkEach(lambdaFunctions, {
  id: 'aws.functions-not-public',
  revision: 1,
  title: 'Nobody calls functions without saying who they are',
  severity: 'critical',
  rationale: 'Whoever finds a public function runs code with the rights of its role.',
  remediation:
    'Lambda console, the function named, "Configuration": "Permissions", "Resource-based policy statements": delete the statement for everybody; "Function URL": set the authentication to AWS_IAM.',
  params: z.strictObject({
    approved: z.array(z.string()).default([]).describe('Names of functions that everybody may call.'),
  }),
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'No statement of its policy admits everybody without a condition, and no URL asks nobody who calls, or the function is on the approved list.',
    fail: 'Everybody may call the function, by its policy or by a URL.',
  }),
  examples: {
    pass: { record: exampleFunction() },
    fail: { record: exampleFunction({ urls: observed(['NONE']) }) },
    unknown: { record: exampleFunction({ publicStatements: denied('lambda:GetPolicy') }) },
  },
  evaluate({ name, publicStatements, urls }, { params }) {
    const open = [
      publicStatements.state === 'observed' && publicStatements.value > 0 && 'its policy admits everybody',
      urls.state === 'observed' && urls.value.includes('NONE') && 'it has a URL that asks nobody who calls',
    ].filter((each) => each !== false)
    if (open.length > 0) {
      const detail = open.join(' and ')
      return params.approved.includes(name) ? pass(`${detail}, which is approved`) : fail(detail)
    }
    if (publicStatements.state === 'unknown') return unread(publicStatements, 'the policy of the function')
    if (urls.state === 'unknown') return unread(urls, 'the URLs of the function')
    if (urls.state === 'absent') return notApplicable('deleted', 'the function was deleted while this was read')
    return pass('only named principals may call it')
  },
})
