import { z } from 'affiant/sdk'
import { type PolicyStatement, statementsOf } from '../identity/iam-policy.ts'

/** Block Public Access of an account or a bucket. */
export const PublicAccessBlock = z.strictObject({
  blockPublicAcls: z.boolean(),
  ignorePublicAcls: z.boolean(),
  blockPublicPolicy: z.boolean(),
  restrictPublicBuckets: z.boolean(),
})
export type PublicAccessBlock = z.output<typeof PublicAccessBlock>

interface Answer {
  BlockPublicAcls?: boolean | undefined
  IgnorePublicAcls?: boolean | undefined
  BlockPublicPolicy?: boolean | undefined
  RestrictPublicBuckets?: boolean | undefined
}

/** AWS takes a setting that was left out as off. */
export function blockOf(answer: Answer): PublicAccessBlock {
  return {
    blockPublicAcls: answer.BlockPublicAcls ?? false,
    ignorePublicAcls: answer.IgnorePublicAcls ?? false,
    blockPublicPolicy: answer.BlockPublicPolicy ?? false,
    restrictPublicBuckets: answer.RestrictPublicBuckets ?? false,
  }
}

/** The settings that are off, as AWS names them. */
export function offIn(block: PublicAccessBlock): string[] {
  return Object.entries(block)
    .filter(([, on]) => !on)
    .map(([name]) => name.charAt(0).toUpperCase() + name.slice(1))
}

/** Grantees of access lists that mean more than the account. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
const GROUPS: Readonly<Record<string, string>> = {
  'http://acs.amazonaws.com/groups/global/AllUsers': 'AllUsers',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers': 'AuthenticatedUsers',
}

interface Grant {
  Grantee?: { URI?: string | undefined } | undefined
  Permission?: string | undefined
}

/** `AllUsers: READ`; sorted. Grants to accounts are left out. */
export function publicGrants(grants: readonly Grant[]): string[] {
  return grants
    .flatMap(({ Grantee, Permission }) => {
      const group = GROUPS[Grantee?.URI ?? '']
      return group === undefined ? [] : [`${group}: ${Permission ?? 'unknown'}`]
    })
    .sort()
}

/** Whether a bucket policy refuses every request of everybody that does not come over TLS. @throws InvalidError for what is no policy */
export function refusesPlainHttp(policy: string, bucket: string): boolean {
  return statementsOf(policy, `bucket ${bucket}`).some((statement) => refusesAll(statement, bucket))
}

function refusesAll(statement: PolicyStatement, bucket: string): boolean {
  const [condition, ...others] = statement.conditions
  return (
    statement.effect === 'Deny' &&
    (statement.principals ?? []).some(({ kind }) => kind === 'everyone') &&
    statement.actions.some((action) => action === '*' || action.toLowerCase() === 's3:*') &&
    statement.resources.some(
      (resource) => resource === '*' || resource.endsWith(`:${bucket}/*`) || resource.endsWith(`:${bucket}*`),
    ) &&
    others.length === 0 &&
    condition?.operator.toLowerCase() === 'bool' &&
    condition.key === 'aws:securetransport' &&
    (condition.values ?? []).every((value) => value.toLowerCase() === 'false')
  )
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export function regionOf(constraint: string | undefined): string {
  if (constraint === undefined || constraint === '') return 'us-east-1'
  return constraint === 'EU' ? 'eu-west-1' : constraint
}
