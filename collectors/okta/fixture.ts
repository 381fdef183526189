import type { Answer, Fixture } from 'affiant/testing'
import { configurationFixture } from './fixture-configuration.ts'
import { identityFixture } from './fixture-identity.ts'

/** An invented organisation on Identity Engine. Its identities stand in fixture-identity.ts, its settings and log in fixture-configuration.ts. */
const ORGANIZATION = '00oacme1'
const API = 'https://acme.okta.com'

const wellKnown: Answer = {
  body: { id: ORGANIZATION, pipeline: 'idx', _links: { organization: { href: API } } },
}

export const fixture: Fixture = {
  folder: import.meta.dirname,
  config: {
    orgUrl: API,
    profile: { githubLogin: 'githubLogin' },
    serviceAccounts: [{ login: 'robot-sync@acme.example', reason: 'Directory sync' }],
  },
  secrets: { token: 'made-up-okta-token-of-the-fixture' },
  baseUrl: API,
  routes: {
    '/.well-known/okta-organization': wellKnown,
    ...identityFixture.routes,
    ...configurationFixture.routes,
  },
  records: { ...identityFixture.records, ...configurationFixture.records },
  pages: identityFixture.pages,
  people: [...identityFixture.people, ...configurationFixture.people],
}
