import type { GithubClient, Principal } from './client.ts'
import type { Standing } from './standing.ts'

/** What the streams share while a source is open. */
export interface Session {
  client: GithubClient
  principal: Principal
  /** What the principal is to the organisation, asked once. */
  standing: Standing
  /** Login of the organisation, as GitHub writes it. */
  organization: string
  /** Numeric id of the organisation, as text. */
  organizationId: string
  /** Lower-case names of repositories that config leaves out, with the reason. */
  excluded: ReadonlyMap<string, string>
}
