import { checkEach, fail, listedInConfig, notApplicable, pass, plural, unread, z } from 'affiant/sdk'
import { isNamed } from '../app.ts'
import { type ServiceAppGrantsRecord, serviceAppGrants } from '../streams/service-app-grants.ts'

const granted = (...scopes: string[]): ServiceAppGrantsRecord => ({
  app: '0oa7',
  label: 'Evidence reader',
  status: 'ACTIVE',
  grants: {
    state: 'observed',
    value: scopes.map((scope) => ({
      scope,
      status: 'ACTIVE',
      source: 'ADMIN',
      created: '2026-01-02T03:04:05.000Z',
    })),
  },
})

export const serviceAppGrantsNarrow = checkEach(serviceAppGrants, {
  id: 'okta.service-app-grants-narrow',
  revision: 1,
  title: 'Service apps may change only what was approved',
  severity: 'medium',
  rationale:
    'A scope that ends in manage lets the holder of one private key change the organisation, with no person in front.',
  remediation:
    '"Applications", the app, "Okta API Scopes": revoke the scopes named, grant those that end in read, or approve them for this app.',
  params: z.strictObject({
    approved: z
      .array(
        z.strictObject({
          app: z.string().min(1).describe('Id or label of the app.'),
          scopes: z.array(z.string()).min(1).describe('Scopes it may have: okta.users.manage.'),
        }),
      )
      .default([])
      .describe('Scopes to change things that were approved.'),
  }),
  emptyPopulation: 'not-applicable',
  criteria: ({ approved }) => ({
    pass: `A service app has no scope of Okta’s API that ends in manage, or only such as are approved for it (${listedInConfig(approved)}).`,
    fail: 'A service app has a scope that ends in manage and is not approved for it.',
  }),
  examples: {
    pass: { record: granted('okta.users.read') },
    fail: { record: granted('okta.users.manage', 'okta.users.read') },
    'not-applicable': { record: { ...granted('okta.users.manage'), status: 'INACTIVE' } },
    unknown: { record: { ...granted(), grants: { state: 'unknown', reason: 'denied' } } },
  },
  evaluate({ app: id, label, status, grants }, { params }) {
    if (status !== 'ACTIVE') return notApplicable('inactive', `app "${label}" is not active`)
    if (grants.state === 'unknown') return unread(grants, `the scopes of app "${label}"`)
    if (grants.state === 'absent') return notApplicable('absent', `app "${label}" has no scopes`)
    const approved = params.approved.filter(({ app }) => isNamed({ id, label }, [app])).flatMap(({ scopes }) => scopes)
    const wide = grants.value
      .filter((grant) => grant.status !== 'REVOKED' && grant.scope.endsWith('.manage'))
      .map(({ scope }) => scope)
    const tooMuch = wide.filter((scope) => !approved.includes(scope))
    if (tooMuch.length > 0) return fail(`app "${label}" was granted ${tooMuch.join(', ')}`)
    const some = wide.length === 0 ? 'none of them to change things' : `${wide.length} to change things, all approved`
    return pass(`app "${label}" has ${plural(grants.value.length, 'scope')}, ${some}`)
  },
})
