import type { Period, ReadError } from 'affiant/sdk'
import type { GithubClient, Principal } from './client.ts'
import type { Standing } from './standing.ts'

/** One organisation of the source: what its streams share while the source is open. */
export interface Organization {
  client: GithubClient
  principal: Principal
  /** What the principal is to the organisation, asked once. */
  standing: Standing
  /** Login of the organisation, as GitHub writes it. */
  organization: string
  /** Numeric id of the organisation, as text. */
  organizationId: string
  /** Name of its plan as GitHub has it (`team`); `null` where it is not told. */
  plan: string | null
  /** Lower-case names of repositories that config leaves out, with the reason. */
  excluded: ReadonlyMap<string, string>
  /** Names of repositories that config says are there. */
  expected: readonly string[]
  /** What keys of tickets look like, as a regular expression. */
  workItems: string
  /** Whether to ask who was let past rulesets. */
  bypasses: boolean
  /** What environments are called that are production, as a regular expression. */
  production: string
  /** The period of the run, `[from, to)`. */
  period: Period
  /** When the source was opened. */
  now: Date
}

/** An organisation of config that could not be opened. */
export interface Unopened {
  /** Its login, as in config. */
  organization: string
  failure: ReadError
}

/** What the streams share while a source is open: its organisations, one scope each. */
export interface Session {
  organizations: readonly (Organization | Unopened)[]
  /**
   * The organisation of a scope: `const at = session.in(scope)`.
   * @throws ReadError why it could not be opened
   */
  in(scope: { readonly id: string }): Organization
}

export function isOpen(one: Organization | Unopened): one is Organization {
  return !('failure' in one)
}

export function sessionOf(organizations: Session['organizations']): Session {
  const byLogin = new Map(organizations.map((one) => [one.organization, one]))
  return {
    organizations,
    in({ id }) {
      const found = byLogin.get(id)
      if (found === undefined) throw new TypeError(`no scope ${id} was opened`)
      if (!isOpen(found)) throw found.failure
      return found
    },
  }
}
