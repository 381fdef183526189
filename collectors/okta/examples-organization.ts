import type { OrganizationRecord } from './streams/organization.ts'

/** A record for examples: an invented organisation, changed by `parts`. */
export function organizationExample(parts: Partial<OrganizationRecord> = {}): OrganizationRecord {
  return {
    id: '00o1',
    name: 'Acme Robotics',
    subdomain: 'acme',
    status: 'ACTIVE',
    engine: 'identity',
    created: '2020-01-02T03:04:05.000Z',
    expiresAt: null,
    ...parts,
  }
}
