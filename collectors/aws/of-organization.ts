import { assuranceReportsCurrent } from './checks/assurance-reports-current.ts'
import { collectorCannotWrite } from './checks/collector-cannot-write.ts'
import { everyAccountCollected } from './checks/every-account-collected.ts'
import { organizationGuardrails } from './checks/organization-guardrails.ts'
import { securityContactSet } from './checks/security-contact-set.ts'
import { productionSeparated } from './checks/production-separated.ts'
import { supportAccessApproved } from './checks/support-access-approved.ts'
import { supportRoleAssigned } from './checks/support-role-assigned.ts'
import { unapprovedRegionsDenied } from './checks/unapproved-regions-denied.ts'
import { accountIdentity } from './streams/account-identity.ts'
import { alternateContacts } from './streams/alternate-contacts.ts'
import { assuranceDocuments } from './streams/assurance-documents.ts'
import { assuranceReports } from './streams/assurance-reports.ts'
import { organization } from './streams/organization.ts'
import { organizationAccounts } from './streams/organization-accounts.ts'
import { organizationalUnits } from './streams/organizational-units.ts'
import { ownRights } from './streams/own-rights.ts'
import { regions } from './streams/regions.ts'
import { supportAccess } from './streams/support-access.ts'
import { serviceControlPolicies } from './streams/service-control-policies.ts'

/** Accounts, guardrails, what AWS itself shows, and what this agent may do. */
export const streams = [
  organization,
  organizationAccounts,
  organizationalUnits,
  serviceControlPolicies,
  accountIdentity,
  regions,
  alternateContacts,
  assuranceReports,
  assuranceDocuments,
  supportAccess,
  ownRights,
] as const

export const checks = [
  everyAccountCollected,
  organizationGuardrails,
  unapprovedRegionsDenied,
  assuranceReportsCurrent,
  securityContactSet,
  productionSeparated,
  supportAccessApproved,
  supportRoleAssigned,
  collectorCannotWrite,
]
