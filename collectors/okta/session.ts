import type { Period } from 'affiant/sdk'
import type { OktaClient, Principal } from './client.ts'
import type { OktaConfig } from './config.ts'

/** What the streams share while a source is open. */
export interface Session {
  client: OktaClient
  principal: Principal
  /** Id of the organisation, `00o…`. */
  organizationId: string
  /** The organisation's own host as Okta names it, `acme.okta.com`. */
  organization: string
  /** `classic`: without Identity Engine, so without app sign-on policies and authenticators. */
  engine: 'identity' | 'classic' | 'unknown'
  /** The period the run reports on, for what is read from the System Log. */
  period: Period
  /** When the source was opened. */
  now: Date
  config: OktaConfig
  /** Lower-case logins that config declares to be no people. */
  serviceAccounts: ReadonlySet<string>
}
