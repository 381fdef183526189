/**
 * The IAM action that each operation is allowed by, where it has another name than `service:Operation`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
const OTHERS: Readonly<Record<string, string>> = {
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:GetObjectLockConfiguration': 's3:GetBucketObjectLockConfiguration',
  's3control:GetPublicAccessBlock': 's3:GetAccountPublicAccessBlock',
}
const PREFIXES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', tagging: 'tag', s3control: 's3' }

/** `s3:ListBuckets`, by signing name and operation, to `s3:ListAllMyBuckets`. */
export function iamActionOf(operation: string): string {
  const [service = '', name = ''] = operation.split(':')
  return OTHERS[operation] ?? `${PREFIXES[service] ?? service}:${name}`
}

/** Whether an action matches a pattern of a policy, such as `iam:Get*`. */
export function isCovered(action: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    new RegExp(
      `^${pattern
        .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      'i',
    ).test(action),
  )
}
