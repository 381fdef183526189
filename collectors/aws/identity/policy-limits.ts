import type { PolicyStatement } from './iam-policy.ts'
import { isWideRange } from '../data/wide-ranges.ts'

type Condition = PolicyStatement['conditions'][number]

const account = (value: string) => /^\d{12}$/.test(value)
const organisation = (value: string) => /^o-[a-z0-9]+$/.test(value)
const paths = (value: string) => /^o-[a-z0-9]+\//.test(value)
const principal = (value: string) => /^arn:[^:*?]+:(?:iam|sts)::\d{12}:/.test(value)
/** Buckets have neither region nor account in their ARN; the name of one is enough. */
const source = (value: string) => /^arn:[^:*?]+:[^:*?]+:[^:]*:(?:\d{12}:|:[^*?:]{3})/.test(value)
/** `repo:acme/…`: whose repository it is must be told without a wildcard, as anybody may take a longer name. */
const subject = (value: string) => /^[^:*?]+:[^*?:/]+(?:[:/@]|$)/.test(value)
const plain = (value: string) => !/[*?$]/.test(value)

/** When a value of a key leaves somebody out. Values of other keys are not known: that there is one is taken for a limit. */
const BOUNDS: Readonly<Record<string, (value: string) => boolean>> = {
  'aws:principalaccount': account,
  'aws:principalarn': principal,
  'aws:principalorgid': organisation,
  'aws:principalorgpaths': paths,
  'aws:sourceaccount': account,
  'aws:sourcearn': source,
  'aws:sourceip': (value) => !isWideRange(value) && plain(value),
  'aws:sourceorgid': organisation,
  'aws:sourceorgpaths': paths,
  'aws:sourceowner': account,
  'aws:sourcevpc': plain,
  'aws:sourcevpce': plain,
  'kms:calleraccount': account,
  'token.actions.githubusercontent.com:sub': subject,
}

/** Whether a condition of a statement on one of these keys (in lower case) leaves anybody out. */
export function isLimitedBy({ conditions }: PolicyStatement, keys: readonly string[]): boolean {
  return conditions.some((condition) => keys.includes(condition.key) && isPositive(condition) && isBounding(condition))
}

/** With `IfExists` and `ForAllValues` a request without the key passes, and `Null` asks for no value at all. */
function isPositive({ operator, key }: Condition): boolean {
  if (key === 'aws:sourceip') return /^(?:ForAnyValue:)?IpAddress$/i.test(operator)
  return /^(?:ForAnyValue:)?(?:String|Arn)(?:Equals|Like)(?:IgnoreCase)?$/i.test(operator)
}

/** One value that lets everybody in is enough for everybody. */
function isBounding({ key, values }: Condition): boolean {
  if (values === null) return true
  const bounds = BOUNDS[key] ?? ((value: string) => !/^[*?]+$/.test(value))
  return values.length > 0 && values.every(bounds)
}
