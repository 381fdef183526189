import {
  DeniedError,
  defineStream,
  InvalidError,
  type Observed,
  observedOf,
  type Page,
  type Reader,
  z,
} from 'affiant/sdk'
import { textOf } from '../answers.ts'
import type { OutputOf } from '../clients/index.ts'
import { given } from '../given.ts'
import { statementsOf } from '../identity/iam-policy.ts'
import { isLimitedBy } from '../identity/policy-limits.ts'
import { inRegion } from '../in-region.ts'
import { listOf, wholeListOf } from '../lists.ts'
import { eachOf, pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { type Place, REGION, type Session } from '../session.ts'

export const FunctionRecord = z.strictObject({
  arn: z.string(),
  name: z.string(),
  /** `null`: it runs from a container image, whose base AWS does not keep up. */
  runtime: z.string().nullable(),
  packageType: z.string().nullable(),
  modified: z.string().nullable(),
  /** Variables by name, and the rule by which a value looks like a credential. Values are not written. */
  environment: observedOf(z.array(z.strictObject({ name: z.string(), detector: z.string().nullable() }))),
  /** Number of statements of its policy that let everybody call it, without a condition on who; `absent`: it has no policy. */
  publicStatements: observedOf(z.int()),
  /** How each of its URLs asks who calls: `AWS_IAM` or `NONE`; sorted. `absent`: the function was deleted while this was read. */
  urls: observedOf(z.array(z.string())),
})
export type FunctionRecord = z.output<typeof FunctionRecord>

type Answer = NonNullable<OutputOf<'lambda', 'ListFunctions'>['Functions']>[number]

function environmentOf(answer: Answer, name: string, reader: Reader): Promise<Observed<EnvironmentVariable[]>> {
  return reader.observe(`function ${name}: environment`, async () => {
    const { Error: refusal, Variables = {} } = answer.Environment ?? {}
    if (refusal !== undefined) {
      // Encrypted with a key that these credentials may not use.
      const denied = /AccessDenied/.test(refusal.ErrorCode ?? '')
      throw denied
        ? new DeniedError(`the environment of function ${name} could not be decrypted`, { permission: DECRYPT })
        : new InvalidError(`the environment of function ${name} could not be decrypted`)
    }
    return Object.entries(Variables)
      .map(([variable, value]) => ({ name: variable, detector: reader.credentialIn(value) ?? null }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  })
}
type EnvironmentVariable = { name: string; detector: string | null }

const DECRYPT = 'kms:Decrypt'

async function recordOf(place: Place, reader: Reader, answer: Answer): Promise<FunctionRecord> {
  const name = given(answer.FunctionName, 'FunctionName')
  const absentOn = { absentOn: 'not-found' } as const
  return {
    arn: given(answer.FunctionArn, 'FunctionArn'),
    name,
    runtime: textOf(answer.Runtime),
    packageType: answer.PackageType ?? null,
    modified: textOf(answer.LastModified),
    environment: await environmentOf(answer, name, reader),
    publicStatements: await reader.observe(
      `function ${name}: policy`,
      async () => {
        const { Policy } = await place.call('lambda', 'GetPolicy', { FunctionName: name })
        return publicStatements(given(Policy, 'Policy'), name)
      },
      absentOn,
    ),
    urls: await reader.observe(
      `function ${name}: URLs`,
      async () => {
        const urls = await wholeListOf('FunctionUrlConfigs', async (Marker) => {
          const input = { FunctionName: name, MaxItems: 50, Marker }
          const { FunctionUrlConfigs, NextMarker } = await place.call('lambda', 'ListFunctionUrlConfigs', input)
          return { items: FunctionUrlConfigs, next: NextMarker }
        })
        return urls.map(({ AuthType }) => given(AuthType, 'AuthType') as string).sort()
      },
      absentOn,
    ),
  }
}

/** Conditions on who calls, or by which way: a URL is judged by how it asks. A token of an Alexa skill is a secret. */
const LIMITS = [
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'lambda:eventsourcetoken',
  'lambda:functionurlauthtype',
]

function publicStatements(policy: string, name: string): number {
  return statementsOf(policy, `function ${name}`).filter(
    (statement) =>
      statement.effect === 'Allow' &&
      !isLimitedBy(statement, LIMITS) &&
      (statement.principals === null || statement.principals.some(({ kind }) => kind === 'everyone')),
  ).length
}

export const lambdaFunctions = defineStream({
  id: 'aws.lambda-functions',
  version: 1,
  title: 'Functions with their runtime, who may call them, and names of their variables',
  record: FunctionRecord,
  appliesTo: [REGION],
  key: (record) => record.arn,
  label: (record) => record.name,
  permissions: [
    allow('lambda:ListFunctions', 'Lists functions. Values of variables are looked at and not written.'),
    allow('lambda:GetPolicy', 'Shows who may call a function.'),
    allow('lambda:ListFunctionUrlConfigs', 'Shows whether a function has a URL that asks nobody who calls.'),
  ],
  reproduce: inRegion(
    'aws lambda list-functions; aws lambda get-policy --function-name NAME; aws lambda list-function-url-configs --function-name NAME',
  ),
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const place = await session.in(scope)
    const functions = listOf('Functions', async (Marker) => {
      // 50 is the most that AWS gives, whatever is asked for.
      const answer = await place.call('lambda', 'ListFunctions', { MaxItems: 50, Marker })
      return { items: answer.Functions, next: answer.NextMarker }
    })
    yield* pagesOf(functions, (items) => eachOf(items, 4, (answer) => recordOf(place, reader, answer)))
  },
})
