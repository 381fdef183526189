import { actsAsOwner, hasRights, hasScope, lacking, type Principal, type Right } from '../principal.ts'
import { refusalBody } from '../reply.ts'
import { findRepository, roleOf, type Site, unpaid } from '../site.ts'
import type { Repository, World } from '../world.ts'

/** A list that the server cuts into pages; what is on a page is shaped and wrapped. */
export interface List {
  list: readonly unknown[]
  shape?: (item: never) => unknown
  /** Around the items of a page: `{ total_count, check_runs }`. */
  wrap?: (items: readonly unknown[], total: number) => unknown
  /** Pages by `after` and `before`. */
  cursor?: true
}

/** What a route answers: a body (none for undefined), or a list. */
export type Answer = { status: number; body: unknown } | List

export interface Call {
  site: Site
  world: World
  /** Our own address, which links in answers point at. */
  base: string
  principal: Principal
  params: Readonly<Record<string, string>>
  query: URLSearchParams
}

export interface Route {
  /** Path with `:name` for one segment, `*name` for the rest. */
  path: string
  right: Right
  /** Answers without a token too, about what is public. */
  open?: true
  answer(call: Call): Answer
}

export const refusal = (status: number, message: string): Answer => ({ status, body: refusalBody(status, message) })
export const ok = (body: unknown): Answer => ({ status: 200, body })
export const NO_CONTENT: Answer = { status: 204, body: undefined }
export const NOT_FOUND = refusal(404, 'Not Found')
export const UPGRADE = 'Upgrade to GitHub Pro or make this repository public to enable this feature.'

/** Items of a list with the shape of each; type-safe where {@link List} cannot be. */
export function listOf<T>(
  items: readonly T[],
  shape: (item: T) => unknown,
  more: Pick<List, 'wrap' | 'cursor'> = {},
): Answer {
  return { list: items, shape, ...more }
}

/** `{ total_count, [name]: items }` around the items of a page. */
export const counted = (name: string) => (items: readonly unknown[], total: number) => ({
  total_count: total,
  [name]: items,
})

export const inOrganization = (answer: (call: Call) => Answer) => (call: Call) =>
  call.params.org?.toLowerCase() === call.world.seed.login ? answer(call) : NOT_FOUND

/** For owners: classic tokens with the scope, apps and fine-grained tokens with the right. Others find nothing. */
export const forOwners = (right: Right, scope: string, answer: (call: Call) => Answer) =>
  inOrganization((call) => (actsAsOwner(call.principal, right, scope) ? answer(call) : NOT_FOUND))

export const inRepository = (answer: (call: Call, repository: Repository) => Answer) => (call: Call) => {
  const mine = call.params.owner?.toLowerCase() === call.world.seed.login
  const repository = mine && findRepository(call.world, call.principal, call.params.repo ?? '')
  return repository ? answer(call, repository) : NOT_FOUND
}

export const isUnpaid = (call: Call, repository: Repository) => unpaid(call.world, repository)

export const callerRole = ({ world, principal }: Call) => roleOf(world, principal)

/** The caller has the rights of an administrator in every repository. */
export function isAdmin(call: Call, right: Right): boolean {
  return actsAsOwner(call.principal, right, 'repo') || (!hasRights(call.principal) && callerRole(call) === 'admin')
}

/** For administrators of the repository; GitHub says 404 to the others. */
export const forAdmins = (right: Right, answer: (call: Call, repository: Repository) => Answer) =>
  inRepository((call, repository) => (isAdmin(call, right) ? answer(call, repository) : NOT_FOUND))

export { hasScope }

export function serve(route: Route, call: Call): Answer {
  if (call.principal.kind === 'anonymous' && !route.open) return refusal(401, 'Requires authentication')
  const lack = lacking(call.principal, route.right)
  return lack ? refusal(403, lack) : route.answer(call)
}
