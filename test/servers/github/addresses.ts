import type { World } from './world.ts'

/** Paths by number, as GitHub's own `link` headers have them, written out by name. */
export function byName(worlds: readonly World[], path: string): string {
  for (const world of worlds) {
    const named = byNameIn(world, path)
    if (named !== path) return named
  }
  return path
}

function byNameIn(world: World, path: string): string {
  const [, kind, id, rest = ''] = /^\/(organizations|repositories)\/(\d+)(\/.*)?$/.exec(path) ?? []
  if (kind === 'organizations' && Number(id) === world.seed.id) {
    const [, number, tail = ''] = /^\/team\/(\d+)(\/.*)?$/.exec(rest) ?? []
    const team = [...world.teams.values()].find((one) => String(one.id) === number)
    return `/orgs/${world.seed.login}${team ? `/teams/${team.seed.slug}${tail}` : rest}`
  }
  const repository = kind === 'repositories' ? world.repositoriesById.get(Number(id)) : undefined
  return repository ? `/repos/${repository.fullName}${rest}` : path
}

/**
 * The address of a list's pages: GitHub links to organisations and repositories by number. `path` is by name; `prefix` is
 * what an Enterprise Server has before it.
 */
export function byNumber(worlds: readonly World[], url: URL, path: string, prefix = ''): URL {
  const numbered = new URL(url)
  const login = path.split('/')[2]
  const world = worlds.find(({ seed }) => seed.login === login)
  if (world) {
    numbered.pathname = path
    numberIn(world, numbered, path)
    numbered.pathname = prefix + numbered.pathname
  }
  return numbered
}

function numberIn(world: World, numbered: URL, path: string): void {
  const inOrganization = `/orgs/${world.seed.login}/`
  if (path.startsWith(inOrganization)) {
    const [, slug, tail] = /^teams\/([^/]+)(\/.*)$/.exec(path.slice(inOrganization.length)) ?? []
    const team = slug === undefined ? undefined : world.teams.get(slug)
    const rest = team ? `team/${team.id}${tail}` : path.slice(inOrganization.length)
    numbered.pathname = `/organizations/${world.seed.id}/${rest}`
  }
  const [, name, rest] = /^\/repos\/[^/]+\/([^/]+)(\/.*)$/.exec(path) ?? []
  const repository = name === undefined ? undefined : world.repositories.get(name)
  if (repository) numbered.pathname = `/repositories/${repository.id}${rest}`
}
