import { allow } from './permissions.ts'

/** What opening a source and listing its scopes asks, besides what the streams do. */
export const sessionPermissions = [
  allow('sts:GetCallerIdentity', 'Proves which account and role the credentials belong to; AWS asks for no right.'),
  allow('sts:AssumeRole', 'Enters the role of each account.'),
  allow('account:ListRegions', 'Lists the regions of an account, with those that are not enabled.'),
  allow('organizations:ListAccounts', 'Lists every account of the organisation, so that none is left out silently.'),
]
