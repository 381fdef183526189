import { checkEach, fail, notApplicable, pass, unknown } from 'affiant/sdk'
import { exampleFunction } from '../examples/data.ts'
import { RUNTIME_DEPRECATED_ON, RUNTIMES_AS_OF } from '../data/lambda-runtimes.ts'
import { lambdaFunctions } from '../streams/lambda-functions.ts'

export const functionRuntimesSupported = checkEach(lambdaFunctions, {
  id: 'aws.function-runtimes-supported',
  revision: 1,
  title: 'Functions run on supported runtimes',
  severity: 'medium',
  rationale: 'A deprecated runtime gets no more security updates.',
  remediation:
    'Lambda console, the function named, "Runtime settings", "Edit": choose a newer runtime, after testing the code with it.',
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: `The runtime is not deprecated on the day of the run. The list is that of AWS as of ${RUNTIMES_AS_OF}.`,
    fail: 'The runtime is deprecated.',
  }),
  examples: {
    pass: { record: exampleFunction() },
    fail: { record: exampleFunction({ runtime: 'python3.7' }) },
    'not-applicable': { record: exampleFunction({ runtime: null, packageType: 'Image' }) },
    unknown: { record: exampleFunction({ runtime: 'cobol9' }) },
  },
  evaluate({ runtime }, { at }) {
    if (runtime === null) return notApplicable('container-image', 'the runtime is part of its container image')
    const end = RUNTIME_DEPRECATED_ON[runtime]
    if (end === undefined) return unknown('stale', `${runtime} is not on the list of ${RUNTIMES_AS_OF}`)
    return end > at.toISOString().slice(0, 10)
      ? pass(`${runtime} is supported until ${end}`)
      : fail(`${runtime} is deprecated since ${end}`)
  },
})
