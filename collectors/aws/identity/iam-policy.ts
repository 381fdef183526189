import { InvalidError, z } from 'affiant/sdk'
import { type PolicyPrincipal, principalsOf, PolicyPrincipal as Principal, withoutNames } from './iam-principal.ts'

const Texts = z.array(z.string())

/** One statement of a policy: what checks need of it, and no value that could be a secret. */
export const PolicyStatement = z.strictObject({
  effect: z.enum(['Allow', 'Deny']),
  actions: Texts,
  /** All actions but these. Either this or `actions` is filled. */
  notActions: Texts,
  resources: Texts,
  notResources: Texts,
  /** `null`: the policy belongs to a principal, so it names none. */
  principals: z.array(Principal).nullable(),
  /** Everybody but these. */
  notPrincipals: z.array(Principal).nullable(),
  conditions: z.array(
    z.strictObject({
      operator: z.string(),
      /** In lower case: AWS does not tell cases apart. */
      key: z.string(),
      /** Only of keys that name accounts, organisations and sources; `*` of any key; `null` of all others, such as `sts:externalid`. */
      values: Texts.nullable(),
    }),
  ),
})
export type PolicyStatement = z.output<typeof PolicyStatement>

/** Condition keys whose values say who may come in and are no secrets. */
const KEPT =
  /^(?:aws:(?:source(?:account|arn|ip|orgid|orgpaths|owner|vpce?)|principal(?:account|arn|orgid|orgpaths|serviceName)|multifactorauthpresent|securetransport)|kms:(?:calleraccount|viaservice)|iam:passedtoservice|token\.actions\.githubusercontent\.com:(?:sub|aud))$/i

const oneOrMany = z.union([
  z.string(),
  z.boolean(),
  z.number(),
  z.array(z.union([z.string(), z.boolean(), z.number()])),
])
const Conditions = z.record(z.string(), z.record(z.string(), oneOrMany))
const list = z
  .union([z.string(), Texts])
  .optional()
  .transform((value) => (value === undefined ? [] : typeof value === 'string' ? [value] : value))
const principal = z.union([z.literal('*'), z.record(z.string(), z.union([z.string(), Texts]))]).optional()

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: list,
  NotAction: list,
  Resource: list,
  NotResource: list,
  Principal: principal,
  NotPrincipal: principal,
  Condition: Conditions.optional(),
})
const Document = z.object({ Statement: z.union([Statement.transform((one) => [one]), z.array(Statement)]) })

/**
 * Reduces a policy document to its statements. IAM writes documents URL-encoded, other services as they are.
 * @param what names the policy, for the message; never a person
 * @throws InvalidError if it is no policy; the message holds nothing of the document
 */
export function statementsOf(document: string, what: string): PolicyStatement[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(document.trimStart().startsWith('{') ? document : decodeURIComponent(document))
  } catch (error) {
    throw new InvalidError(`the policy document of ${what} is not JSON`, { cause: error })
  }
  const result = Document.safeParse(parsed)
  if (!result.success) throw new InvalidError(`the policy document of ${what} does not follow the grammar of policies`)
  return result.data.Statement.map(reduce)
}

function reduce(statement: z.output<typeof Statement>): PolicyStatement {
  return {
    effect: statement.Effect,
    actions: statement.Action,
    notActions: statement.NotAction,
    resources: statement.Resource.map(withoutNames),
    notResources: statement.NotResource.map(withoutNames),
    principals: listed(statement.Principal),
    notPrincipals: listed(statement.NotPrincipal),
    conditions: Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => ({
        operator,
        key: key.toLowerCase(),
        values: valuesOf(key, [value].flat().map(String)),
      })),
    ),
  }
}

/** What lets everybody in is no secret, and has to be seen. */
function valuesOf(key: string, values: readonly string[]): string[] | null {
  if (KEPT.test(key)) return values.map(withoutNames)
  return values.some((value) => /^\*+$/.test(value)) ? ['*'] : null
}

function listed(element: z.output<typeof principal>): PolicyPrincipal[] | null {
  return element === undefined ? null : principalsOf(element)
}
