import { allow } from '../permissions.ts'

/** Rights that the identity streams need. */
export const accountSummary = allow(
  'iam:GetAccountSummary',
  'Shows whether the root user has MFA, a password and access keys.',
)
export const organizationFeatures = allow(
  'iam:ListOrganizationsFeatures',
  'Shows whether root credentials of member accounts are managed centrally.',
)
export const generateReport = allow(
  'iam:GenerateCredentialReport',
  'Has AWS write a fresh credential report; changes nothing else.',
)
export const credentialReport = allow(
  'iam:GetCredentialReport',
  'Reads who has a password, MFA and access keys, with dates.',
)
export const passwordPolicy = allow('iam:GetAccountPasswordPolicy', 'Reads the rules for passwords of IAM users.')
export const authorizationDetails = allow(
  'iam:GetAccountAuthorizationDetails',
  'Reads users, groups, roles and policies of the account in a few large answers.',
)
export const samlProviders = allow('iam:ListSAMLProviders', 'Lists SAML identity providers.')
export const oidcProviders = allow('iam:ListOpenIDConnectProviders', 'Lists OpenID Connect identity providers.')
export const virtualMfaDevices = allow('iam:ListVirtualMFADevices', 'Lists MFA apps, to tell them from hardware.')
export const serverCertificates = allow('iam:ListServerCertificates', 'Lists certificates kept in IAM, with their end.')

export const identityCenters = allow('sso:ListInstances', 'Finds IAM Identity Center.')
export const permissionSets = allow('sso:ListPermissionSets', 'Lists permission sets.')
export const permissionSet = allow('sso:DescribePermissionSet', 'Reads name and session duration of a permission set.')
export const permissionSetManaged = allow(
  'sso:ListManagedPoliciesInPermissionSet',
  'Shows the AWS managed policies of a permission set.',
)
export const permissionSetInline = allow(
  'sso:GetInlinePolicyForPermissionSet',
  'Reads the inline policy of a permission set.',
)
export const provisionedAccounts = allow(
  'sso:ListAccountsForProvisionedPermissionSet',
  'Lists the accounts a permission set is used in.',
)
export const accountAssignments = allow(
  'sso:ListAccountAssignments',
  'Lists who is assigned to an account with a permission set.',
)
export const storeUsers = allow(
  'identitystore:ListUsers',
  'Lists the people of IAM Identity Center; they are pseudonymised.',
)
export const storeGroups = allow('identitystore:ListGroups', 'Lists the groups of IAM Identity Center.')
export const storeMemberships = allow(
  'identitystore:ListGroupMemberships',
  'Lists who is in a group of IAM Identity Center.',
)

export const analyzers = allow('access-analyzer:ListAnalyzers', 'Lists the analyzers of a region.')
export const analyzerFindings = allow('access-analyzer:ListFindingsV2', 'Lists what can be reached from outside.')

export const kmsKeys = allow('kms:ListKeys', 'Lists the keys of a region.')
export const kmsKey = allow('kms:DescribeKey', 'Reads kind, origin and state of a key.')
export const kmsRotation = allow('kms:GetKeyRotationStatus', 'Shows whether a key rotates.')
export const kmsPolicy = allow('kms:GetKeyPolicy', 'Shows who may use a key.')

export const secrets = allow('secretsmanager:ListSecrets', 'Lists secrets with their dates; never their values.')
export const certificates = allow('acm:ListCertificates', 'Lists certificates with key and end.')
export const taggedResources = allow('tag:GetResources', 'Lists resources with the names of their tags.')
export const rootEvents = allow('cloudtrail:LookupEvents', 'Finds what the root user did.')
