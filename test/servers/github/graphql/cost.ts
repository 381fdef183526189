import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { Refused } from './errors.ts'

export const MOST_NODES = 500_000

/** What a query is charged and how much it may return at most. */
export interface Cost {
  points: number
  nodes: number
}

/**
 * The cost of a query before it runs, as GitHub counts it: a request for each connection, times the most that those above
 * it can return; divided by 100, at least 1.
 * https://docs.github.com/en/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api
 *
 * @throws {Refused} without `first` or `last`, with more than 100, with more than 500,000 nodes
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Cost {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one)
  const defaults = new Map(
    (operation.variableDefinitions ?? []).map((one) => [one.variable.name.value, one.defaultValue] as const),
  )
  let requests = 0
  let nodes = 0

  function valueOf(node: ValueNode | undefined): unknown {
    if (node?.kind === Kind.VARIABLE) {
      const given = variables[node.name.value]
      return given === undefined ? valueOf(defaults.get(node.name.value)) : given
    }
    if (node?.kind === Kind.INT) return Number(node.value)
    return node?.kind === Kind.BOOLEAN ? node.value : undefined
  }
  const skipped = (directives: readonly DirectiveNode[] | undefined) =>
    (directives ?? []).some(({ name, arguments: given }) => {
      const condition = valueOf(given?.[0]?.value)
      return (name.value === 'skip' && condition === true) || (name.value === 'include' && condition === false)
    })
  const argument = (field: FieldNode, name: string) =>
    valueOf(field.arguments?.find((one) => one.name.value === name)?.value)

  function sizeOf(field: FieldNode): number {
    const name = field.name.value
    const [first, last] = [argument(field, 'first'), argument(field, 'last')]
    const size = typeof first === 'number' ? first : last
    if (typeof size !== 'number') {
      throw new Refused(
        'MISSING_PAGINATION_BOUNDARIES',
        `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
      )
    }
    if (size > 100 || size < 0) {
      throw new Refused(
        'EXCESSIVE_PAGINATION',
        `Requesting ${size} records on the \`${name}\` connection exceeds the \`${typeof first === 'number' ? 'first' : 'last'}\` limit of 100 records.`,
      )
    }
    return size
  }

  function visit(set: SelectionSetNode | undefined, typeName: string, times: number): void {
    const type = schema.getType(typeName)
    for (const one of set?.selections ?? []) {
      if (skipped(one.directives)) continue
      if (one.kind === Kind.INLINE_FRAGMENT) visit(one.selectionSet, one.typeCondition?.name.value ?? typeName, times)
      else if (one.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(one.name.value)
        if (fragment) visit(fragment.selectionSet, fragment.typeCondition.name.value, times)
      } else if (isObjectType(type) || isInterfaceType(type)) {
        const field = type.getFields()[one.name.value]
        const named = field && getNamedType(field.type)
        if (!named || !isCompositeType(named)) continue
        const paged = named.name.endsWith('Connection') && field.args.some(({ name }) => name === 'first')
        if (!paged) visit(one.selectionSet, named.name, times)
        else {
          const size = sizeOf(one)
          requests += times
          nodes += times * size
          visit(one.selectionSet, named.name, times * size)
        }
      }
    }
  }
  visit(operation.selectionSet, schema.getQueryType()?.name ?? 'Query', 1)
  if (nodes > MOST_NODES) {
    throw new Refused(
      'MAX_NODE_LIMIT_EXCEEDED',
      `This query requests up to ${nodes.toLocaleString('en')} possible nodes which exceeds the maximum limit of 500,000.`,
    )
  }
  return { points: Math.max(1, Math.round(requests / 100)), nodes }
}
