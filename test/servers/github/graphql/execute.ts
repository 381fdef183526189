import { pullId } from '../facts.ts'
import {
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql'
import { z } from 'zod'
import type { Principal } from '../principal.ts'
import { findRepository, principalIn, type Site, worldOf } from '../site.ts'
import { type At, at, type Call, needSignOn } from './context.ts'
import { type Cost, costOf } from './cost.ts'
import { Gap, notFound, Refused, shapeOf } from './errors.ts'
import { make } from './make.ts'
import { githubSchema } from './schema.ts'

const Body = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

/** A query that is known to be one, and what it costs. */
export interface Prepared {
  document: DocumentNode
  operation: OperationDefinitionNode
  variables: Readonly<Record<string, unknown>>
  cost: Cost
}

/** Documents are few, and parsing and validating them is half of the work. */
const checked = new Map<string, DocumentNode | readonly GraphQLError[]>()

function check(query: string): DocumentNode | readonly GraphQLError[] {
  const known = checked.get(query)
  if (known) return known
  let result: DocumentNode | readonly GraphQLError[]
  try {
    const document = parse(query)
    const errors = validate(githubSchema(), document)
    result = errors.length > 0 ? errors : document
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    result = [error]
  }
  checked.set(query, result)
  return result
}

/** The errors are GitHub's answer if the query is not one that it can run. */
export function prepare(body: unknown): Prepared | { errors: unknown[] } {
  const parsed = Body.safeParse(body)
  if (!parsed.success) return { errors: [{ message: 'A query attribute must be specified and must be a string.' }] }
  const { query, variables, operationName } = parsed.data
  const document = check(query)
  if (!('kind' in document)) return { errors: document.map(shapeOf) }
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION)
  const operation = operationName ? operations.find(({ name }) => name?.value === operationName) : operations[0]
  if (!operation) return { errors: [{ message: `No operation named "${operationName ?? ''}"` }] }
  if (operation.operation !== 'query') throw new Gap('the emulated GitHub runs queries only')
  try {
    const cost = costOf(githubSchema(), document, operation, variables ?? {})
    return { document, operation, variables: variables ?? {}, cost }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { errors: [{ type: error.type, path: ['query'], message: error.message }] }
  }
}

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Fields are what the object has; one that it does not have is a gap of this server, never null. */
const resolveField: GraphQLFieldResolver<unknown, Call> = (source, args, _call, { fieldName, parentType }) => {
  const value = isFields(source) ? source[fieldName] : undefined
  if (value === undefined) throw new Gap(`the emulated GitHub has no field ${parentType.name}.${fieldName}`)
  return typeof value === 'function' ? (value as (given: unknown) => unknown)(args) : value
}

/** @throws {Gap} if the query asks for a field that this server does not have */
export async function run(prepared: Prepared, site: Site, principal: Principal, rate: Call['rate']) {
  const { document, operation, variables } = prepared
  const call: Call = { make, site, principal, rate }
  const { data, errors } = await execute({
    schema: githubSchema(),
    document,
    rootValue: root(call),
    contextValue: call,
    variableValues: variables,
    ...(operation.name && { operationName: operation.name.value }),
    fieldResolver: resolveField,
  })
  const gap = errors?.find(({ originalError }) => originalError && !(originalError instanceof Refused))
  if (gap) throw gap.originalError instanceof Gap ? gap.originalError : gap
  return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(shapeOf) }) }
}

function root(call: Call): Record<string, unknown> {
  const { site } = call
  const organization = (login: string): At => {
    const world = worldOf(site, login)
    if (!world) throw notFound(`an Organization with the login of '${login}'`)
    needSignOn(call, world)
    return at(call, world)
  }
  const repository = ({ owner, name }: { owner: string; name: string }) => {
    const world = worldOf(site, owner)
    const found = world && findRepository(world, principalIn(world, call.principal), name)
    if (!world || !found) throw notFound(`a Repository with the name '${owner}/${name}'`)
    needSignOn(call, world)
    return make.repository(at(call, world), found)
  }
  const node = (id: string) => {
    const found = nodeOf(call, id)
    if (!found) throw notFound(`a node with the global id of '${id}'`)
    return found
  }
  return {
    id: 'Query',
    rateLimit: () => call.rate,
    viewer: () => {
      const [first] = site.worlds
      const world = site.worlds.find(({ people }) => people.has(call.principal.name)) ?? first
      return world ? make.actor(at(call, world), call.principal.name) : null
    },
    organization: ({ login }: { login: string }) => make.organization(organization(login)),
    repositoryOwner: ({ login }: { login: string }) => make.organization(organization(login)),
    repository,
    node: ({ id }: { id: string }) => node(id),
    nodes: ({ ids }: { ids: readonly string[] }) => ids.map(node),
  }
}

/** Organisations, repositories, teams and pull requests by their global id. */
function nodeOf(call: Call, id: string): Record<string, unknown> | undefined {
  const [prefix = '', number] = Buffer.from(id.slice(id.indexOf('_') + 1), 'base64url')
    .toString()
    .split(':')
  for (const world of call.site.worlds) {
    const inside = at(call, world)
    if (prefix === 'O' && String(world.seed.id) === number) return make.organization(inside)
    const team = prefix === 'T' ? [...world.teams.values()].find((one) => String(one.id) === number) : undefined
    if (team) return make.team(inside, team)
    const known = prefix === 'R' ? world.repositoriesById.get(Number(number)) : undefined
    const seen = known && findRepository(world, inside.principal, known.seed.name)
    if (seen) return make.repository(inside, seen)
    if (prefix !== 'PR') continue
    for (const repository of world.repositories.values()) {
      if (!findRepository(world, inside.principal, repository.seed.name)) continue
      const pull = call.site.history(repository).pulls.find((one) => String(pullId(repository, one)) === number)
      if (pull) return make.pull(inside, repository, pull)
    }
  }
  return undefined
}
