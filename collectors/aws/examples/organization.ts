import { FORBIDDEN_ACTIONS } from '../forbidden-actions.ts'
import type { AlternateContactRecord } from '../streams/alternate-contacts.ts'
import type { AssuranceReportRecord } from '../streams/assurance-reports.ts'
import type { OrganizationAccountRecord } from '../streams/organization-accounts.ts'
import type { OrganizationRecord } from '../streams/organization.ts'
import type { OrganizationalUnitRecord } from '../streams/organizational-units.ts'
import type { OwnRightsRecord } from '../streams/own-rights.ts'
import type { RegionRecord } from '../streams/regions.ts'
import type { SupportAccessRecord } from '../streams/support-access.ts'
import type { ServiceControlPolicyRecord } from '../streams/service-control-policies.ts'

/** Invented records of an organisation for the examples of checks. */
const MANAGEMENT = '111122223333'
export const SHOP = '444455556666'

export const organizationExample = (parts: Partial<OrganizationRecord> = {}): OrganizationRecord => ({
  id: 'o-acme123456',
  featureSet: 'ALL',
  managementAccount: MANAGEMENT,
  ...parts,
})

export const accountExample = (parts: Partial<OrganizationAccountRecord> = {}): OrganizationAccountRecord => ({
  id: SHOP,
  name: 'shop',
  state: 'ACTIVE',
  joinedBy: 'CREATED',
  joined: '2025-02-03T04:05:06.000Z',
  excluded: null,
  ...parts,
})

export const rootUnit = (parts: Partial<OrganizationalUnitRecord> = {}): OrganizationalUnitRecord => ({
  id: 'r-acme',
  name: 'Root',
  ancestors: [],
  accounts: [MANAGEMENT],
  policies: [{ id: 'p-FullAWSAccess', name: 'FullAWSAccess', awsManaged: true }],
  ...parts,
})

export const unitExample = (parts: Partial<OrganizationalUnitRecord> = {}): OrganizationalUnitRecord => ({
  id: 'ou-acme-shops',
  name: 'Shops',
  ancestors: ['r-acme'],
  accounts: [SHOP],
  policies: [{ id: 'p-regions', name: 'regions', awsManaged: false }],
  ...parts,
})

export const policyExample = (parts: Partial<ServiceControlPolicyRecord> = {}): ServiceControlPolicyRecord => ({
  id: 'p-regions',
  name: 'regions',
  awsManaged: false,
  sha256: 'a'.repeat(64),
  regionsLeftOpen: ['eu-central-1', 'eu-west-1'],
  ...parts,
})

export const regionExample = (region: string, status = 'ENABLED_BY_DEFAULT'): RegionRecord => ({
  account: SHOP,
  region,
  status,
})

export const contactExample = (parts: Partial<AlternateContactRecord> = {}): AlternateContactRecord => ({
  account: SHOP,
  type: 'SECURITY',
  contact: { state: 'observed', value: { domain: 'example.com', phone: true } },
  ...parts,
})

export const reportExample = (parts: Partial<AssuranceReportRecord> = {}): AssuranceReportRecord => ({
  id: 'report-iso27001',
  version: 3,
  name: 'ISO 27001:2022 Certification',
  state: 'PUBLISHED',
  series: 'ISO',
  category: 'Certifications and Attestations',
  company: 'Amazon Web Services',
  periodStart: '2024-11-01T00:00:00.000Z',
  periodEnd: '2027-10-31T00:00:00.000Z',
  details: { state: 'observed', value: { modified: '2024-11-01T00:00:00.000Z', terms: 'EXPLICIT' } },
  ...parts,
})

export const soc2Example = (parts: Partial<AssuranceReportRecord> = {}): AssuranceReportRecord =>
  reportExample({
    id: 'report-soc2',
    name: 'Service Organization Controls (SOC) 2 Report',
    series: 'SOC',
    periodStart: '2024-10-01T00:00:00.000Z',
    periodEnd: '2025-09-30T00:00:00.000Z',
    ...parts,
  })

export const supportAccessExample = (parts: Partial<SupportAccessRecord> = {}): SupportAccessRecord => ({
  account: SHOP,
  id: 'c3d4e5f6-a7b8-4012-8def-123456789012',
  at: '2026-07-17T21:38:37.000Z',
  name: 'StartSupportAction',
  byAws: true,
  case: '1234567890',
  actions: ['rds:ReadClusterData'],
  ...parts,
})

/** @param allowed actions the simulator would allow */
export const ownRightsExample = (allowed: readonly string[] = []): OwnRightsRecord => ({
  account: SHOP,
  kind: 'role',
  role: `arn:aws:iam::${SHOP}:role/affiant`,
  decisions: FORBIDDEN_ACTIONS.map((action) => ({
    action,
    decision: allowed.includes(action) ? 'allowed' : 'implicitDeny',
  })),
})
