import { accounts } from './accounts.ts'
import { alertRoutes } from './alerts.ts'
import { commitRoute, commitRoutes } from './commits.ts'
import { deploymentRoutes } from './deployments.ts'
import { organization } from './organization.ts'
import { protection } from './protection.ts'
import { pullRoutes } from './pulls.ts'
import { branchRoute, repository } from './repository.ts'
import type { Route } from './route.ts'
import { ruleSuites } from './rule-suites.ts'
import { settings } from './settings.ts'

/** What we serve ourselves. Paths and rights: https://docs.github.com/en/rest. Anything else goes to `emulate`. */
export const ROUTES: readonly Route[] = [
  ...accounts,
  ...organization,
  ...ruleSuites,
  ...repository,
  ...protection,
  ...pullRoutes,
  ...commitRoutes,
  ...deploymentRoutes,
  ...alertRoutes,
  ...settings,
  commitRoute,
  branchRoute,
]

const patterns = ROUTES.map(
  (route) =>
    [
      route,
      new RegExp(
        `^${route.path
          .replaceAll('.', '\\.')
          .replaceAll(/:(branch|ref)(?=\/|$)/g, '(?<$1>.+)')
          .replaceAll(/\*(\w+)/g, '(?<$1>.+)')
          .replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`,
      ),
    ] as const,
)

/** The route for a path (still percent-encoded), with its parameters decoded. The first that fits. */
export function findRoute(path: string): { route: Route; params: Record<string, string> } | undefined {
  for (const [route, pattern] of patterns) {
    const match = pattern.exec(path)
    if (!match) continue
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
    return { route, params: Object.fromEntries(params) }
  }
  return undefined
}

export { serve } from './route.ts'
