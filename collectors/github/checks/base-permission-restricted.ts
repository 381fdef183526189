import { checkEach, fail, pass, unknown, z } from 'affiant/sdk'
import { organizationExample } from '../organization-example.ts'
import { organizationAdministration } from '../permissions.ts'
import { organization } from '../streams/organization.ts'

export const basePermissionRestricted = checkEach(organization, {
  id: 'github.base-permission-restricted',
  revision: 1,
  title: 'Membership alone gives no right to change repositories',
  severity: 'high',
  rationale: 'The base permission applies to every member on every repository, past all teams.',
  remediation:
    'Organisation settings, "Member privileges", "Base permissions": choose "Read" or "No permission", and give write access through teams.',
  params: z.strictObject({
    allowed: z
      .array(z.enum(['none', 'read', 'write', 'admin']))
      .min(1)
      .default(['none', 'read'])
      .describe('Base permissions that are accepted. CIS asks for none alone.'),
  }),
  criteria: ({ allowed }) => ({
    pass: `The base permission is ${allowed.join(' or ')}.`,
    fail: `The base permission is something other than ${allowed.join(' or ')}.`,
  }),
  examples: {
    pass: { record: organizationExample() },
    fail: { record: organizationExample({ baseRepositoryPermission: 'write' }) },
    unknown: { record: organizationExample({ baseRepositoryPermission: null }) },
  },
  evaluate({ login, baseRepositoryPermission: base }, { params }) {
    if (base === null) {
      return unknown(
        'denied',
        `${login}: GitHub does not show the base permission to these credentials; missing permission: ${organizationAdministration.name}`,
      )
    }
    const detail = `${login} gives every member the base permission "${base}"`
    return params.allowed.some((each) => each === base) ? pass(detail) : fail(detail)
  },
})
