/** Okta's own shapes: those of its SDK, with times as the text they are on the wire. */
import type * as okta from '@okta/okta-sdk-nodejs'

export type Wire<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Wire<T[K]> } : T

export type {
  ApplicationFeaturesEnum,
  ApplicationSignOnMode,
  AuthenticatorKeyEnum,
  PolicyType,
  RoleType,
  UserFactorType,
  UserStatus,
} from '@okta/okta-sdk-nodejs'

export type User = Wire<okta.User>
export type UserFactor = Wire<okta.UserFactor>
export type Group = Wire<okta.Group>
export type GroupRule = Wire<okta.GroupRule>
export type Authenticator = Wire<okta.AuthenticatorKeyPhone>
export type StandardRole = Wire<okta.StandardRole>
export type RoleAssignedUsers = Wire<okta.RoleAssignedUsers>
export type ApiToken = Wire<okta.ApiToken>
export type Application = Wire<okta.Application>
export type AppUser = Wire<okta.AppUser>
export type ApplicationFeature = Wire<okta.ApplicationFeature>
export type ApplicationGroupAssignment = Wire<okta.ApplicationGroupAssignment>
export type Grant = Wire<okta.OAuth2ScopeConsentGrant>
export type NetworkZone = Wire<okta.NetworkZone>
export type ThreatInsight = Wire<okta.ThreatInsightConfiguration>
export type LogStream = Wire<okta.LogStreamAws>
export type IdentityProvider = Wire<okta.IdentityProvider>
export type TrustedOrigin = Wire<okta.TrustedOrigin>
export type DeviceAssurance = Wire<okta.DeviceAssuranceMacOSPlatform>
export type AdminConsoleSettings = Wire<okta.AdminConsoleSettings>
export type OrgSetting = Wire<okta.OrgSetting>
export type WellKnownOrg = Wire<okta.WellKnownOrgMetadata>
export type OktaSupport = Wire<okta.OrgOktaSupportSettingsObj>
export type LogEvent = Wire<okta.LogEvent>
export type Policy = Wire<okta.Policy>
export type PolicyRule = Wire<okta.PolicyRule>
