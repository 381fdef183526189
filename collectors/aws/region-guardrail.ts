import { z } from 'affiant/sdk'

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
    const isBroad = statement.NotAction !== undefined || statement.Action?.includes('*') === true
    if (statement.Effect !== 'Deny' || !isBroad || statement.Resource?.includes('*') !== true) return []
    return Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) => {
      const regions = Object.entries(keys).find(([key]) => key.toLowerCase() === 'aws:requestedregion')?.[1]
      return regions !== undefined && NOT_ONE_OF.has(operator) ? [regions] : []
    })
  })
  // Every list binds: what is open is in all of them.
  return lists.length === 0
    ? undefined
    : lists.reduce((open, list) => open.filter((region) => list.includes(region))).sort()
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
