import {
  GetRoleCommand,
  GenerateCredentialReportCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  IAMClient,
  ListMFADevicesCommand,
  ListOpenIDConnectProvidersCommand,
  ListOrganizationsFeaturesCommand,
  ListSAMLProvidersCommand,
  ListServerCertificatesCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'

export const Client = IAMClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  GetRole: GetRoleCommand,
  GenerateCredentialReport: GenerateCredentialReportCommand,
  GetAccountAuthorizationDetails: GetAccountAuthorizationDetailsCommand,
  GetAccountPasswordPolicy: GetAccountPasswordPolicyCommand,
  GetAccountSummary: GetAccountSummaryCommand,
  GetCredentialReport: GetCredentialReportCommand,
  ListMFADevices: ListMFADevicesCommand,
  ListOpenIDConnectProviders: ListOpenIDConnectProvidersCommand,
  ListOrganizationsFeatures: ListOrganizationsFeaturesCommand,
  ListSAMLProviders: ListSAMLProvidersCommand,
  ListServerCertificates: ListServerCertificatesCommand,
  ListUsers: ListUsersCommand,
  ListVirtualMFADevices: ListVirtualMFADevicesCommand,
  SimulatePrincipalPolicy: SimulatePrincipalPolicyCommand,
}
