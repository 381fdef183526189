import { textOf } from '../facts.ts'
import * as shapes from '../shapes.ts'
import type { Repository } from '../world.ts'
import {
  type Answer,
  type Call,
  callerRole,
  inRepository,
  listOf,
  NOT_FOUND,
  ok,
  refusal,
  type Route,
} from './route.ts'

function collaborators(call: Call, repository: Repository): Answer {
  if (call.principal.kind !== 'app' && callerRole(call) === 'pull') {
    return refusal(403, 'Must have push access to view repository collaborators.')
  }
  const affiliation = call.query.get('affiliation') ?? 'all'
  const owners = [...call.world.people.values()].filter(({ standing }) => standing === 'owner')
  const inside = affiliation === 'outside' || affiliation === 'direct' ? [] : owners
  const list = [...inside.map((person) => ({ person, role: 'admin' as const })), ...repository.outside]
  return listOf(list, ({ person, role }) => shapes.collaborator(call.base, person, role))
}

function branch(call: Call, repository: Repository): Answer {
  const history = call.site.history(repository)
  const name = call.params.branch ?? ''
  const head = history.commits.get(history.branches.get(name) ?? '')
  return head ? ok(shapes.branch(call.base, call.world, repository, name, head)) : refusal(404, 'Branch not found')
}

function branches(call: Call, repository: Repository): Answer {
  const { branches: names } = call.site.history(repository)
  const wanted = call.query.get('protected')
  const list = [...names]
    .map(([name, sha]) => ({ name, sha, isProtected: shapes.isProtected(repository, name) }))
    .filter(({ isProtected }) => wanted === null || (wanted === 'true') === isProtected)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return listOf(list, ({ name, sha }) => shapes.branchItem(call.base, repository, name, sha))
}

function contents(call: Call, repository: Repository): Answer {
  const path = call.params.path ?? ''
  const text = textOf(repository, path)
  if (text !== undefined) return ok(shapes.file(call.base, repository, path, text))
  const files = Object.keys(repository.seed.files ?? {}).filter((one) => one.startsWith(`${path}/`))
  return files.length === 0
    ? NOT_FOUND
    : ok(files.map((one) => shapes.file(call.base, repository, one, textOf(repository, one) ?? '', true)))
}

export const repository: readonly Route[] = [
  {
    path: '/repos/:owner/:repo',
    right: 'metadata=read',
    open: true,
    answer: inRepository((call, one) =>
      ok(shapes.fullRepository(call.base, call.world, one, callerRole(call), call.principal)),
    ),
  },
  { path: '/repos/:owner/:repo/collaborators', right: 'metadata=read', answer: inRepository(collaborators) },
  { path: '/repos/:owner/:repo/branches', right: 'contents=read', open: true, answer: inRepository(branches) },
  {
    path: '/repos/:owner/:repo/codeowners/errors',
    right: 'contents=read',
    open: true,
    answer: inRepository((_call, { seed }) => (seed.codeOwners ? ok({ errors: seed.codeOwners }) : NOT_FOUND)),
  },
  { path: '/repos/:owner/:repo/contents/*path', right: 'contents=read', open: true, answer: inRepository(contents) },
]

/** After the routes below `/branches/{branch}`, as the name of a branch may have slashes. */
export const branchRoute: Route = {
  path: '/repos/:owner/:repo/branches/:branch',
  right: 'contents=read',
  open: true,
  answer: inRepository(branch),
}
