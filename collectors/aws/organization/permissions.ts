import { allow } from '../permissions.ts'

export const callerIdentity = allow(
  'sts:GetCallerIdentity',
  'Proves that an account was entered; AWS asks for no right.',
)
export const listRegions = allow('account:ListRegions', 'Shows which regions an account has enabled.')
export const alternateContact = allow(
  'account:GetAlternateContact',
  'Shows whether AWS knows whom to tell about security.',
)
export const describeOrganization = allow(
  'organizations:DescribeOrganization',
  'Shows whether all features of the organisation are on.',
)
export const listAccounts = allow(
  'organizations:ListAccounts',
  'Lists every account of the organisation, so that none is left out silently.',
)
export const listRoots = allow('organizations:ListRoots', 'Finds the root of the organisation.')
export const listUnits = allow('organizations:ListOrganizationalUnitsForParent', 'Walks down the organisational units.')
export const listAccountsOfUnit = allow(
  'organizations:ListAccountsForParent',
  'Shows which accounts an organisational unit holds.',
)
export const listPoliciesOfTarget = allow(
  'organizations:ListPoliciesForTarget',
  'Shows which guardrails are attached where.',
)
export const listPolicies = allow('organizations:ListPolicies', 'Lists service control policies.')
export const describePolicy = allow('organizations:DescribePolicy', 'Shows what a service control policy denies.')
export const reportMetadata = allow(
  'artifact:GetReportMetadata',
  'Shows when an assurance report was changed, and whether its terms must be accepted.',
)
export const termForReport = allow(
  'artifact:GetTermForReport',
  'Takes the terms of a report for its download; used only with `assuranceDocuments: true`.',
)
export const getReport = allow(
  'artifact:GetReport',
  'Downloads a report to compute its digest; used only with `assuranceDocuments: true`.',
)
export const listReports = allow('artifact:ListReports', "Lists AWS's own assurance reports, without their contents.")
export const supportEvents = allow(
  'cloudtrail:LookupEvents',
  'Finds what AWS Support asked to see, was permitted to, and did.',
)
export const simulate = allow(
  'iam:SimulatePrincipalPolicy',
  'Asks AWS what these credentials could do, and does none of it.',
)
export const getRole = allow('iam:GetRole', 'Finds the full name of the role these credentials belong to.')
