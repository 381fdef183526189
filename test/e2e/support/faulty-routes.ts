/** A route of the emulated GitHub, and the streams that cannot be whole without it. */
export interface FaultyRoute {
  name: string
  on: RegExp
  streams: readonly string[]
  /** It answers lists, cut into pages. */
  list: boolean
  /** Where it is refused, the same is read by REST. */
  replaced?: true
}

const byGraphql = (name: string, stream: string): FaultyRoute => ({
  name: `${name} by GraphQL`,
  on: new RegExp(`POST /graphql query ${name}\\b`),
  streams: [stream],
  list: false,
  replaced: true,
})

const OWNERS_VIEW = [
  'github.members-without-two-factor',
  'github.outside-collaborators',
  'github.outside-collaborator-access',
  'github.teams',
  'github.team-repositories',
]

const oneList = (name: string, on: RegExp, stream: string): FaultyRoute => ({ name, on, streams: [stream], list: true })
const answer = (name: string, on: RegExp, stream: string): FaultyRoute => ({ name, on, streams: [stream], list: false })

/** What security, Actions, keys and apps are read from. */
const SECURITY: readonly FaultyRoute[] = [
  oneList('secret alerts', /\/secret-scanning\/alerts/, 'github.secret-scanning-alerts'),
  oneList('dependency alerts', /\/dependabot\/alerts/, 'github.dependabot-alerts'),
  oneList('code alerts', /\/orgs\/[^/]+\/code-scanning\/alerts/, 'github.code-scanning-alerts'),
  answer('dependency scanning', /\/vulnerability-alerts/, 'github.dependency-scanning'),
  answer('code scanning', /\/code-scanning\/analyses/, 'github.code-scanning-setup'),
  answer('Actions', /\/orgs\/[^/]+\/actions\/permissions/, 'github.actions-settings'),
  answer('runner groups', /\/actions\/runner-groups/, 'github.runner-groups'),
  answer('environments', /\/environments\?/, 'github.environments'),
  oneList('deploy keys', /\/repos\/[^/]+\/[^/]+\/keys/, 'github.deploy-keys'),
  oneList('webhooks', /\/hooks/, 'github.webhooks'),
  answer('apps', /\/orgs\/[^/]+\/installations/, 'github.app-installations'),
]

/** Requests of the collector once the organisation was identified; each is made in a run over `wellKept`. */
export const ROUTES: readonly FaultyRoute[] = [
  { name: 'own membership', on: /\/user\/memberships\//, streams: ['github.members', ...OWNERS_VIEW], list: false },
  byGraphql('members', 'github.members'),
  byGraphql('teams', 'github.teams'),
  byGraphql('protection', 'github.branch-protection'),
  byGraphql('codeOwners', 'github.code-owners'),
  { name: 'owners', on: /\/members\?role=admin/, streams: ['github.members'], list: true },
  { name: 'second factors', on: /filter=2fa_disabled/, streams: ['github.members-without-two-factor'], list: true },
  {
    name: 'outside collaborators',
    on: /\/outside_collaborators/,
    streams: ['github.outside-collaborators', 'github.outside-collaborator-access'],
    list: true,
  },
  {
    name: 'access',
    on: /\/collaborators\?affiliation=outside/,
    streams: ['github.outside-collaborator-access'],
    list: true,
  },
  { name: 'teams', on: /\/teams\?/, streams: ['github.team-repositories'], list: true },
  { name: 'team repositories', on: /\/teams\/[^/]+\/repos/, streams: ['github.team-repositories'], list: true },
  {
    name: 'repositories',
    on: /\/orgs\/[^/]+\/repos/,
    streams: ['github.repositories', 'github.outside-collaborator-access'],
    list: true,
  },
  { name: 'classic protection', on: /\/protection$/, streams: ['github.branch-protection'], list: false },
  { name: 'rules of a branch', on: /\/rules\/branches\//, streams: ['github.branch-protection'], list: true },
  { name: 'ruleset', on: /\/rulesets\/\d+/, streams: ['github.branch-protection'], list: false },
  { name: 'code owners', on: /\/codeowners\/errors/, streams: ['github.code-owners'], list: false },
  ...SECURITY,
]
