import type { Clock } from '../../../src/sdk/context.ts'
import { type OktaServer, tidyAdmins, tidyLeaver, tidyMachine } from '../../servers/okta/index.ts'
import { runSource, type SourceRun } from './run-source.ts'
import { oktaSource } from './workspace.ts'

export interface OktaRunOptions {
  token?: string
  checks?: object
  /** Settings of the source. */
  config?: object
  /** The clock the server has too: its rate limits are told as times of day. */
  clock: Clock
}

/** Reads an emulated Okta through the whole engine, from the config file to the sealed and verified bundle. */
export function runOkta(server: OktaServer, { token, checks, config, clock }: OktaRunOptions): Promise<SourceRun> {
  process.env.E2E_OKTA_TOKEN = token ?? server.tokens.superAdmin
  return runSource({ sources: [oktaSource(server, config)], ...(checks && { checks }), clock })
}

/** What the well-kept organisation has declared of itself, as `config` of its source. */
export const tidyConfig = {
  serviceAccounts: [{ login: tidyMachine, reason: 'Copies the directory to the building; facility management.' }],
  profile: { githubLogin: 'githubLogin' },
}

const DAY = 86_400_000

/** What the well-kept organisation has declared and approved, as `checks` of a config. `at`: what its seed is dated from. */
export function tidyChecks(at: Date) {
  const before = (days: number) => new Date(at.getTime() - days * DAY).toISOString()
  const reviewed = { params: { reviewedOn: before(20).slice(0, 10) } }
  return {
    'okta.super-admins-few-and-approved': { params: { approved: tidyAdmins } },
    'okta.admin-roles-reviewed': reviewed,
    'okta.group-memberships-complete': reviewed,
    'okta.leavers-deactivated-in-time': {
      params: { leavers: [{ person: tidyLeaver.login, endedAt: before(tidyLeaver.daysAgo) }] },
    },
    'okta.privileged-changes-ticketed': { params: { tickets: [{ ticket: 'CHG-7', from: before(90), to: before(0) }] } },
    'okta.critical-apps-deprovision': { params: { critical: ['GitHub Enterprise'] } },
    'okta.device-assurance-used': { params: { platforms: ['MACOS', 'WINDOWS'] } },
  }
}
