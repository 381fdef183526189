import type { Fault, SetFault } from './faults.ts'
import type { SecondaryLimits } from './limits.ts'
import type { Rights, TokenSeed } from './principal.ts'
import type { OrganizationSeed } from './seed.ts'
import type { Hidden } from './world.ts'

export interface GithubOptions {
  /** Default: {@link acmeRobotics}. */
  seed?: OrganizationSeed
  /** Further organisations on the same server. */
  others?: readonly OrganizationSeed[]
  faults?: readonly Fault[]
  /** Waited before each answer. Default: 0. */
  latencyMs?: number
  /** Requests an hour and token (anonymous callers have 60), after which GitHub's 403 comes. Default: 5000. */
  rateLimit?: number
  /** Points of GraphQL an hour and token. Default: 5000. */
  graphqlLimit?: number
  /** What is called an hour above. Default: an hour. */
  rateWindowMs?: number
  /** Default: no secondary limits; `true` for those GitHub documents. */
  secondary?: true | Partial<SecondaryLimits>
  /** GraphQL queries that may return more nodes than this are answered with 502, as those that take too long are. */
  graphqlNodes?: number
  /** Most items of a page, whatever is asked for. Default: 100. */
  largestPage?: number
  /** Rights of the app and of its installation tokens. Default: {@link READ_RIGHTS}. */
  appRights?: Rights
  /** Life of the app's installation tokens. Default: an hour. */
  installationTokenMs?: number
  /** Further tokens to accept. */
  tokens?: Readonly<Record<string, TokenSeed>>
  /** Repositories that no token sees, by name. */
  hidden?: Readonly<Record<string, Hidden>>
  /** Milliseconds since the epoch, for limits, the life of tokens and `time_period`. Default: the clock. */
  now?: () => number
}

/** One request as it came in. No credential is kept: `by` says whose token it was. */
export interface SeenRequest {
  method: string
  /** Path and query as sent. */
  url: string
  /** Name of a GraphQL operation. */
  operation?: string
  /** What GraphQL charged for it. */
  cost?: number
  /** Scheme of the `authorization` header, in lower case. */
  scheme?: string
  /** Login, app slug, `anonymous`, `app-jwt`, or `unknown` for a token that is not ours. */
  by: string
  /** Status sent; absent while there is none, and for connections that were cut. */
  status?: number
  /** Kind of the fault that struck. */
  fault?: Fault['kind']
}

export interface GithubServer {
  /** `http://127.0.0.1:<port>`, for Octokit's `baseUrl`. With `/api/v3` behind it: an Enterprise Server. */
  url: string
  organization: OrganizationSeed
  /** Made at start, so that they can be searched for as canaries. `owner` and `member` are classic tokens, `readOnly` a fine-grained one. */
  tokens: { owner: string; member: string; readOnly: string }
  /** `installations`: by login of the organisation. */
  app: {
    id: number
    installationId: number
    slug: string
    privateKey: string
    installations: Readonly<Record<string, number>>
  }
  requests(): readonly SeenRequest[]
  clearRequests(): void
  setFault(fault: Fault): SetFault
  clearFaults(): void
  /** Keeps a repository of the first organisation from every token, or with `undefined` shows it again. */
  hide(repository: string, how: Hidden | undefined): void
  /** Resolves when no socket and no listener is left, also if a client still waits for an answer. */
  close(): Promise<void>
}
