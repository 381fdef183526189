import { InvalidError, z } from 'affiant/sdk'

/**
 * What AWS writes where there is no time, and what it means: `N/A`, there is no such credential; `no_information`, it was
 * never used, or not since October 2014; `not_supported`, AWS does not tell it of the root user.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
const NO_TIME = ['N/A', 'no_information', 'not_supported'] as const
export const ReportTime = z.union([z.iso.datetime(), z.enum(NO_TIME)])
export type ReportTime = z.output<typeof ReportTime>

const AccessKey = z.strictObject({
  active: z.boolean(),
  lastRotated: ReportTime,
  lastUsed: ReportTime,
})

/** One row: what a user, or the root user, can sign in with. */
export const CredentialRow = z.strictObject({
  created: ReportTime,
  /** `null`: not told, of the root user. */
  passwordEnabled: z.boolean().nullable(),
  passwordLastUsed: ReportTime,
  passwordLastChanged: ReportTime,
  mfaActive: z.boolean(),
  accessKeys: z.array(AccessKey),
  /** Active X.509 signing certificates. */
  certificates: z.int(),
})
export type CredentialRow = z.output<typeof CredentialRow>

export const ROOT = '<root_account>'

/**
 * Reads the credential report of an account.
 * @throws InvalidError if a column is missing or holds something AWS does not document; the message holds no value
 */
export function parseCredentialReport(text: string): { user: string; row: CredentialRow }[] {
  const [header = [], ...lines] = rowsOf(text)
  return lines.map((fields) => {
    if (fields.length !== header.length) throw new InvalidError('a row of the credential report has other columns')
    const field = (name: string): string => {
      const value = fields[header.indexOf(name)]
      if (value === undefined) throw new InvalidError(`the credential report has no column ${name}`)
      return value
    }
    return { user: field('user'), row: rowOf(field) }
  })
}

type Field = (name: string) => string

function rowOf(field: Field): CredentialRow {
  const keys = [1, 2].map((number) => ({
    active: flag(field, `access_key_${number}_active`),
    lastRotated: time(field, `access_key_${number}_last_rotated`),
    lastUsed: time(field, `access_key_${number}_last_used_date`),
  }))
  return {
    created: time(field, 'user_creation_time'),
    passwordEnabled: field('password_enabled') === 'not_supported' ? null : flag(field, 'password_enabled'),
    passwordLastUsed: time(field, 'password_last_used'),
    passwordLastChanged: time(field, 'password_last_changed'),
    mfaActive: flag(field, 'mfa_active'),
    accessKeys: keys,
    certificates: ['cert_1_active', 'cert_2_active'].filter((name) => flag(field, name)).length,
  }
}

/** `N/A` stands where the thing does not exist, so it is not on. */
function flag(field: Field, name: string): boolean {
  const value = field(name).toLowerCase()
  if (value === 'true') return true
  if (value === 'false' || value === 'n/a') return false
  throw new InvalidError(`column ${name} of the credential report holds neither true nor false`)
}

function time(field: Field, name: string): ReportTime {
  const value = field(name)
  const word = NO_TIME.find((known) => known === value)
  if (word !== undefined) return word
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value) || Number.isNaN(Date.parse(value))) {
    throw new InvalidError(`column ${name} of the credential report holds no time`)
  }
  return new Date(value).toISOString()
}

/** When it was; `undefined` where AWS tells no time. */
export function instantOf(value: ReportTime): number | undefined {
  return NO_TIME.some((word) => word === value) ? undefined : Date.parse(value)
}

/** CSV as RFC 4180 has it: names of users may hold commas. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let rest = text
  while (rest !== '') {
    const [whole, quoted, plain, end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/.exec(rest) ?? []
    if (whole === undefined) throw new InvalidError('the credential report is not CSV')
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    rest = rest.slice(whole.length)
    if (end === ',' && rest === '') row.push('')
    if (end === ',' && rest !== '') continue
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  if (rows.length === 0) throw new InvalidError('the credential report is empty')
  return rows
}
