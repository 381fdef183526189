import type { CredentialRow } from '../identity/credential-report.ts'
import type { PolicyStatement } from '../identity/iam-policy.ts'
import type { PolicyPrincipal } from '../identity/iam-principal.ts'
import type { AccountSummaryRecord } from '../streams/account-summary.ts'
import type { CredentialReportRecord } from '../streams/credential-report.ts'
import type { PolicyRecord, RoleRecord, UserRecord } from '../streams/iam-authorization-details.ts'

/** Records for the examples of the identity checks, of an invented account, changed by `parts`. */
export const ACCOUNT_ID = '111122223333'

export function summaryExample(parts: Partial<AccountSummaryRecord> = {}): AccountSummaryRecord {
  return {
    account: ACCOUNT_ID,
    rootMfa: true,
    rootAccessKeys: 0,
    rootPassword: true,
    rootSigningCertificates: 0,
    users: 3,
    groups: 1,
    roles: 12,
    policies: 4,
    mfaDevices: 2,
    mfaDevicesInUse: 2,
    ...parts,
  }
}

const noKey = { active: false, lastRotated: 'N/A', lastUsed: 'N/A' } as const

const row: CredentialRow = {
  created: '2024-01-10T09:00:00.000Z',
  passwordEnabled: false,
  passwordLastUsed: 'N/A',
  passwordLastChanged: 'N/A',
  mfaActive: false,
  accessKeys: [noKey, noKey],
  certificates: 0,
}

/** A user without any credential. */
export function credentialExample(user: string, parts: Partial<CredentialRow> = {}): CredentialReportRecord {
  return { kind: 'user', account: ACCOUNT_ID, user, ...row, ...parts }
}

export function rootCredentialExample(parts: Partial<CredentialRow> = {}): CredentialReportRecord {
  const told = {
    passwordEnabled: null,
    passwordLastUsed: 'no_information',
    passwordLastChanged: 'not_supported',
  } as const
  return { kind: 'root', account: ACCOUNT_ID, ...row, ...told, mfaActive: true, ...parts }
}

/** An active access key. */
export const keyExample = (lastRotated: string, lastUsed: string = lastRotated) => ({
  active: true,
  lastRotated,
  lastUsed,
})

export function allow(
  actions: readonly string[],
  resources: readonly string[] = ['*'],
  parts: Partial<PolicyStatement> = {},
): PolicyStatement {
  return {
    effect: 'Allow',
    actions: [...actions],
    notActions: [],
    resources: [...resources],
    notResources: [],
    principals: null,
    notPrincipals: null,
    conditions: [],
    ...parts,
  }
}

export function trust(principal: Partial<PolicyPrincipal>, parts: Partial<PolicyStatement> = {}): PolicyStatement {
  const whole = { kind: 'account', account: null, value: null, user: null, ...principal } as const
  return allow(['sts:AssumeRole'], [], { principals: [whole], ...parts })
}

export function iamUserExample(user: string, parts: Partial<UserRecord> = {}): UserRecord {
  return {
    kind: 'user',
    id: `AIDA-${user}`,
    user,
    created: '2024-01-10T09:00:00.000Z',
    groups: [],
    attached: [],
    inline: [],
    boundary: null,
    ...parts,
  }
}

export function roleExample(name: string, parts: Partial<RoleRecord> = {}): RoleRecord {
  return {
    kind: 'role',
    id: `AROA-${name}`,
    name,
    arn: `arn:aws:iam::${ACCOUNT_ID}:role/${name}`,
    path: '/',
    created: '2024-01-10T09:00:00.000Z',
    trust: [trust({ kind: 'service', value: 'ec2.amazonaws.com' })],
    attached: [],
    inline: [],
    boundary: null,
    ...parts,
  }
}

export function policyExample(name: string, parts: Partial<PolicyRecord> = {}): PolicyRecord {
  return {
    kind: 'policy',
    id: `ANPA-${name}`,
    name,
    arn: `arn:aws:iam::${ACCOUNT_ID}:policy/${name}`,
    aws: false,
    attachments: 1,
    version: 'v1',
    updated: '2024-01-10T09:00:00.000Z',
    statements: [allow(['s3:GetObject'], ['arn:aws:s3:::reports/*'])],
    ...parts,
  }
}
