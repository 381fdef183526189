import { hasRights } from '../principal.ts'
import { administers, isForbidden, isOwner, roleOf, unpaid } from '../site.ts'
import type { Repository } from '../world.ts'
import type { PageArguments } from './connection.ts'
import { type At, needIn, nodeId, paged, sorted, upper, WEB } from './context.ts'
import { notFound } from './errors.ts'
import { PERMISSIONS } from './people.ts'
import { type PullArguments, pullsOf } from './pulls.ts'
import { objectNode, refNode } from './refs.ts'

const CREATED = '2021-04-06T09:00:00Z'

export function repositoryNode(call: At, repository: Repository): Record<string, unknown> {
  const { world, principal, site } = call
  const { seed, id, fullName, visibility, defaultBranch } = repository
  const isPrivate = visibility !== 'public'
  const ref = (name: string) => {
    if (isForbidden(world, repository)) needIn(call, repository, 'contents=read')
    return site.history(repository).branches.has(name) ? refNode(call, repository, name) : null
  }
  const collaborators = [
    ...[...world.people.values()]
      .filter(({ standing }) => standing === 'owner')
      .map((person) => ({ person, role: 'admin' as const, outside: false })),
    ...repository.outside.map(({ person, role }) => ({ person, role, outside: true })),
  ]
  return {
    __typename: 'Repository',
    id: nodeId('R', id),
    databaseId: id,
    name: seed.name,
    nameWithOwner: fullName,
    owner: () => call.make.organization(call),
    description: seed.description ?? null,
    homepageUrl: null,
    resourcePath: `/${fullName}`,
    url: `${WEB}/${fullName}`,
    createdAt: seed.createdAt ?? CREATED,
    updatedAt: seed.pushedAt,
    pushedAt: seed.pushedAt,
    archivedAt: seed.archived ? seed.pushedAt : null,
    diskUsage: seed.empty ? 0 : 108,
    isArchived: seed.archived ?? false,
    isDisabled: false,
    isEmpty: seed.empty ?? false,
    isFork: seed.fork ?? false,
    isInOrganization: true,
    isLocked: false,
    isMirror: false,
    isPrivate,
    isTemplate: false,
    visibility: upper(visibility),
    parent: null,
    templateRepository: null,
    forkCount: 0,
    forkingAllowed: !isPrivate || world.seed.settings.membersCanForkPrivateRepositories,
    stargazerCount: 0,
    hasIssuesEnabled: true,
    hasProjectsEnabled: true,
    hasWikiEnabled: false,
    hasDiscussionsEnabled: false,
    hasVulnerabilityAlertsEnabled: seed.security?.dependencyAlerts === 'enabled',
    isSecurityPolicyEnabled: ['SECURITY.md', '.github/SECURITY.md', 'docs/SECURITY.md'].some(
      (path) => seed.files?.[path],
    ),
    securityPolicyUrl: null,
    licenseInfo: null,
    primaryLanguage: seed.language ? { id: nodeId('L', seed.language), name: seed.language, color: null } : null,
    autoMergeAllowed: false,
    allowUpdateBranch: false,
    deleteBranchOnMerge: true,
    mergeCommitAllowed: true,
    rebaseMergeAllowed: true,
    squashMergeAllowed: true,
    webCommitSignoffRequired: false,
    viewerCanAdminister: administers(world, principal),
    viewerPermission: principal.kind === 'app' ? null : PERMISSIONS[roleOf(world, principal)],
    planFeatures: {
      codeowners: !unpaid(world, repository),
      draftPullRequests: !unpaid(world, repository),
      maximumAssignees: 10,
      maximumManualReviewRequests: 15,
      teamReviewRequests: true,
    },
    codeowners: () => {
      needIn(call, repository, 'contents=read')
      return seed.codeOwners
        ? { errors: seed.codeOwners.map((one) => ({ ...one, suggestion: one.suggestion ?? null })) }
        : null
    },
    defaultBranchRef: () => ref(defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) => ref(qualifiedName.replace(/^refs\/heads\//, '')),
    refs: (args: PageArguments & { refPrefix: string; query?: string }) => {
      needIn(call, repository, 'contents=read')
      const names = args.refPrefix === 'refs/heads/' ? [...site.history(repository).branches.keys()] : []
      const asked = names.filter((name) => name.includes(args.query ?? ''))
      return paged(
        call,
        sorted(asked, (name) => name, 'ASC'),
        args,
        (name) => refNode(call, repository, name),
      )
    },
    object: (args: { expression?: string; oid?: string }) => objectNode(call, repository, args),
    // Without the rights of an administrator a person sees an empty list; an app or fine-grained token is refused.
    branchProtectionRules: (args: PageArguments) => {
      if (hasRights(principal) || isForbidden(world, repository)) needIn(call, repository, 'administration=read')
      const rules = seed.classic && administers(world, principal) ? [seed.classic] : []
      return paged(call, rules, args, (rule) => call.make.branchProtection(call, repository, rule))
    },
    ruleset: ({ databaseId, includeParents }: { databaseId: number; includeParents?: boolean }) => {
      const found = repository.rulesets.find((one) => one.id === databaseId)
      return found && (includeParents !== false || found.level === 'Repository') ? call.make.ruleset(call, found) : null
    },
    rulesets: (args: PageArguments & { includeParents?: boolean; targets?: readonly string[] | null }) => {
      if (isForbidden(world, repository)) needIn(call, repository, 'metadata=read')
      const own = repository.rulesets.filter(({ level }) => args.includeParents !== false || level === 'Repository')
      const list = args.targets && !args.targets.includes('BRANCH') ? [] : own
      return paged(call, list, args, (one) => call.make.ruleset(call, one))
    },
    collaborators: (args: PageArguments & { affiliation?: string }) => {
      if (principal.kind !== 'app' && !isOwner(principal)) return null
      const list = collaborators.filter(
        ({ outside }) => outside || (args.affiliation !== 'OUTSIDE' && args.affiliation !== 'DIRECT'),
      )
      return paged(
        call,
        list,
        args,
        ({ person }) => call.make.person(call, person),
        ({ role }) => ({ permission: PERMISSIONS[role] }),
      )
    },
    pullRequest: ({ number }: { number: number }) => {
      needIn(call, repository, 'pull_requests=read')
      const found = site.history(repository).pullByNumber.get(number)
      if (!found) throw notFound(`a PullRequest with the number of ${number}`)
      return call.make.pull(call, repository, found)
    },
    pullRequests: (args: PullArguments) => {
      needIn(call, repository, 'pull_requests=read')
      return paged(call, pullsOf(call, repository, args), args, (one) => call.make.pull(call, repository, one))
    },
    deployments: (args: PageArguments & { environments?: readonly string[]; orderBy?: { direction: string } }) => {
      needIn(call, repository, 'deployments=read')
      const list = site
        .history(repository)
        .deployments.filter(({ seed: one }) => !args.environments || args.environments.includes(one.environment))
      const order = sorted(list, ({ seed: one }) => one.createdAt, args.orderBy?.direction)
      return paged(call, order, args, (one) => call.make.deployment(call, repository, one))
    },
    environment: ({ name }: { name: string }) => {
      needIn(call, repository, 'actions=read')
      const found = seed.environments?.find((one) => one.name === name)
      return found ? call.make.environment(call, repository, found) : null
    },
    environments: (args: PageArguments) => {
      needIn(call, repository, 'actions=read')
      return paged(call, seed.environments ?? [], args, (one) => call.make.environment(call, repository, one))
    },
    deployKeys: (args: PageArguments) => {
      needIn(call, repository, 'administration=read')
      const keys = administers(world, principal) ? (seed.deployKeys ?? []) : []
      return paged(call, keys, args, ({ title, readOnly, createdAt }) => ({
        __typename: 'DeployKey',
        id: nodeId('DK', `${id}:${title}`),
        title,
        readOnly,
        createdAt,
        enabled: true,
        verified: true,
        key: 'ssh-ed25519 AAAA',
      }))
    },
    vulnerabilityAlerts: (args: PageArguments & { states?: readonly string[] }) => {
      needIn(call, repository, 'vulnerability_alerts=read')
      const list = (seed.dependencyAlerts ?? []).map((one, index) => call.make.alert(call, repository, one, index + 1))
      const asked = list.filter(({ state }) => !args.states || args.states.includes(state))
      return paged(call, asked, args, (one) => one)
    },
  }
}
