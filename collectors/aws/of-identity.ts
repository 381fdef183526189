import { accessAnalyzerOn } from './checks/access-analyzer-on.ts'
import { accessKeysRotated } from './checks/access-keys-rotated.ts'
import { assetsTagged } from './checks/assets-tagged.ts'
import { certificatesValid } from './checks/certificates-valid.ts'
import { consoleUsersHaveMfa } from './checks/console-users-have-mfa.ts'
import { externalAccessTriaged } from './checks/external-access-triaged.ts'
import { identityCenterUsersAreStaff } from './checks/identity-center-users-are-staff.ts'
import { kmsKeysKeptAndPrivate } from './checks/kms-keys-kept-and-private.ts'
import { kmsKeysRotate } from './checks/kms-keys-rotate.ts'
import { noFullAdministratorPolicies } from './checks/no-full-administrator-policies.ts'
import { oneActiveAccessKey } from './checks/one-active-access-key.ts'
import { passwordMinimumLength } from './checks/password-minimum-length.ts'
import { passwordReusePrevented } from './checks/password-reuse-prevented.ts'
import { peopleAreFederated } from './checks/people-are-federated.ts'
import { privilegedPrincipalsApproved } from './checks/privileged-principals-approved.ts'
import { rightsThroughGroups } from './checks/rights-through-groups.ts'
import { roleTrustBounded } from './checks/role-trust-bounded.ts'
import { rootHasMfa } from './checks/root-has-mfa.ts'
import { rootHasNoAccessKeys } from './checks/root-has-no-access-keys.ts'
import { rootMfaIsHardware } from './checks/root-mfa-is-hardware.ts'
import { rootNotUsed } from './checks/root-not-used.ts'
import { secretsRotated } from './checks/secrets-rotated.ts'
import { serverCertificatesCurrent } from './checks/server-certificates-current.ts'
import { unusedCredentialsDisabled } from './checks/unused-credentials-disabled.ts'
import { accessAnalyzers } from './streams/access-analyzers.ts'
import { accountSummary } from './streams/account-summary.ts'
import { certificates } from './streams/certificates.ts'
import { credentialReport } from './streams/credential-report.ts'
import { externalAccessFindings } from './streams/external-access-findings.ts'
import { authorizationDetails } from './streams/iam-authorization-details.ts'
import { identityCenterAssignments } from './streams/identity-center-assignments.ts'
import { identityCenterGroupMembers } from './streams/identity-center-group-members.ts'
import { identityCenterInstances } from './streams/identity-center-instances.ts'
import { identityCenterUsers } from './streams/identity-center-users.ts'
import { identityProviders } from './streams/identity-providers.ts'
import { kmsKeys } from './streams/kms-keys.ts'
import { passwordPolicy } from './streams/password-policy.ts'
import { permissionSets } from './streams/permission-sets.ts'
import { rootManagement } from './streams/root-management.ts'
import { rootSignIns } from './streams/root-sign-ins.ts'
import { secrets } from './streams/secrets.ts'
import { serverCertificates } from './streams/server-certificates.ts'
import { taggedResources } from './streams/tagged-resources.ts'
import { virtualMfaDevices } from './streams/virtual-mfa-devices.ts'

/** Who may come in, what they may do, and the keys and secrets that protect it. */
export const streams = [
  accountSummary,
  rootManagement,
  credentialReport,
  rootSignIns,
  passwordPolicy,
  authorizationDetails,
  identityProviders,
  virtualMfaDevices,
  serverCertificates,
  identityCenterInstances,
  permissionSets,
  identityCenterAssignments,
  identityCenterUsers,
  identityCenterGroupMembers,
  accessAnalyzers,
  externalAccessFindings,
  kmsKeys,
  secrets,
  certificates,
  taggedResources,
] as const

export const checks = [
  rootHasMfa,
  rootMfaIsHardware,
  rootHasNoAccessKeys,
  rootNotUsed,
  consoleUsersHaveMfa,
  passwordMinimumLength,
  passwordReusePrevented,
  unusedCredentialsDisabled,
  accessKeysRotated,
  oneActiveAccessKey,
  rightsThroughGroups,
  noFullAdministratorPolicies,
  privilegedPrincipalsApproved,
  roleTrustBounded,
  peopleAreFederated,
  identityCenterUsersAreStaff,
  serverCertificatesCurrent,
  accessAnalyzerOn,
  externalAccessTriaged,
  kmsKeysRotate,
  kmsKeysKeptAndPrivate,
  secretsRotated,
  certificatesValid,
  assetsTagged,
] as const
