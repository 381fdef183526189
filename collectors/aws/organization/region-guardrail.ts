import { z } from 'affiant/sdk'
import { matches } from '../identity/iam-analysis.ts'
import { fits } from '../patterns.ts'

const oneOrMany = z.union([z.string().transform((one) => [one]), z.array(z.string())])
const Statement = z.looseObject({
  Effect: z.string(),
  Action: oneOrMany.optional(),
  NotAction: oneOrMany.optional(),
  Resource: oneOrMany.optional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMany)).optional(),
})
const Document = z.looseObject({ Statement: z.union([Statement.transform((one) => [one]), z.array(Statement)]) })

/** Operators that hold when the region is none of the values. */
const NOT_ONE_OF = new Set(['StringNotEquals', 'StringNotLike', 'StringNotEqualsIgnoreCase'])

/**
 * The regions a service control policy leaves open, if it denies the others: a `Deny` of everything, or of everything but
 * services that have no region, while `aws:RequestedRegion` is none of a list.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
 *
 * @returns the list; nothing if no statement denies so, or the document is none that can be read
 */
export function regionsLeftOpen(content: string): string[] | undefined {
  const parsed = Document.safeParse(parsedJson(content))
  if (!parsed.success) return undefined
  const lists = parsed.data.Statement.flatMap((statement) => {
    const { NotAction: spared } = statement
    const isBroad = spared === undefined ? statement.Action?.includes('*') === true : !spared.some(isOfRegions)
    if (statement.Effect !== 'Deny' || !isBroad || statement.Resource?.includes('*') !== true) return []
    if (!Object.entries(statement.Condition ?? {}).every(isOfDenial)) return []
    return Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) => {
      const regions = Object.entries(keys).find(([key]) => key.toLowerCase() === 'aws:requestedregion')?.[1]
      return regions !== undefined && NOT_ONE_OF.has(operator) ? [regions] : []
    })
  })
  // Every list binds: what is open is in all of them.
  return lists.length === 0
    ? undefined
    : [...new Set(lists.reduce((open, list) => [...within(open, list), ...within(list, open)]))].sort()
}

/** Regions, or patterns of them, that another list leaves open as well. */
const within = (regions: readonly string[], list: readonly string[]) =>
  regions.filter((region) => list.some((pattern) => fits(region, pattern)))

/** A denial that spares one of these leaves the regions open to what most is built of. */
const REGIONAL = [
  'dynamodb:CreateTable',
  'ec2:RunInstances',
  'ecs:RunTask',
  'eks:CreateCluster',
  'lambda:CreateFunction',
  'rds:CreateDBInstance',
  's3:PutObject',
  'sqs:SendMessage',
]
const isOfRegions = (pattern: string) => REGIONAL.some((action) => matches(pattern, action))

/**
 * Every other condition narrows what is denied. Those that spare a few named principals, or AWS itself, are part of AWS's
 * own example; with any other nobody can say who is left.
 */
function isOfDenial([operator, keys]: [string, Readonly<Record<string, readonly string[]>>]): boolean {
  return Object.entries(keys).every(([name, values]) => {
    const key = name.toLowerCase()
    if (key === 'aws:requestedregion') return NOT_ONE_OF.has(operator)
    if (key === 'aws:principalisawsservice' || key === 'aws:viaawsservice') {
      return /^Bool(?:IfExists)?$/i.test(operator) && values.every((value) => value.toLowerCase() === 'false')
    }
    if (key !== 'aws:principalarn') return false
    return (
      /^(?:Arn|String)Not(?:Equals|Like)(?:IfExists)?$/i.test(operator) &&
      values.every((value) => !/(?:^|[:/])\*+$/.test(value))
    )
  })
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
