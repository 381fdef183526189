import { checkEach, fail, notApplicable, pass, unknown, z } from 'affiant/sdk'
import { organizationExample } from '../organization-example.ts'
import { organizationAdministration } from '../permissions.ts'
import { organization } from '../streams/organization.ts'

export const twoFactorRequired = checkEach(organization, {
  id: 'github.two-factor-required',
  revision: 1,
  title: 'The organisation requires a second factor of everyone',
  severity: 'critical',
  rationale:
    'A stolen password alone must not open the source code. The requirement also removes accounts that switch their second factor off.',
  remediation:
    'Organisation settings, "Authentication security": select "Require two-factor authentication for everyone". Members without one lose access, so tell them first.',
  params: z.strictObject({
    managedUsers: z
      .boolean()
      .default(false)
      .describe(
        'True if the organisation belongs to an enterprise with managed users, who sign in at its identity provider only.',
      ),
  }),
  criteria: ({ managedUsers }) => ({
    pass: managedUsers
      ? 'Not judged here: users are managed by the identity provider.'
      : 'The organisation requires two-factor authentication.',
    fail: 'The organisation does not require two-factor authentication.',
  }),
  examples: {
    pass: { record: organizationExample() },
    fail: { record: organizationExample({ twoFactorRequired: false }) },
    'not-applicable': { record: organizationExample({ twoFactorRequired: false }), params: { managedUsers: true } },
    unknown: { record: organizationExample({ twoFactorRequired: null }) },
  },
  evaluate({ login, twoFactorRequired: required }, { params }) {
    if (params.managedUsers) {
      return notApplicable(
        'managed-users',
        `${login} has managed users: their second factor is set at the identity provider`,
      )
    }
    if (required === null) {
      return unknown(
        'denied',
        `${login}: GitHub does not show the two-factor requirement to these credentials; missing permission: ${organizationAdministration.name}`,
      )
    }
    return required
      ? pass(`${login} requires two-factor authentication`)
      : fail(`${login} does not require two-factor authentication`)
  },
})
