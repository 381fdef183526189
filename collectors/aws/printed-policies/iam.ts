import type { Permission } from 'affiant/sdk'
import { sessionPermissions } from '../session-permissions.ts'

/** Everything a role needs: what the streams declare, and what the session itself asks; never a write. */
export function actionsOf(permissions: readonly Permission[]): string[] {
  const names = [...sessionPermissions, ...permissions].map(({ name }) => name)
  return [...new Set(names)]
    .filter((name) => /^[a-z0-9-]+:[A-Za-z0-9]+$/.test(name) && name !== 'sts:AssumeRole')
    .sort()
}

/** The policy document, as IAM takes it. */
export function policyDocument(permissions: readonly Permission[]): object {
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'AffiantReads', Effect: 'Allow', Action: actionsOf(permissions), Resource: '*' }],
  }
}

/**
 * A customer managed policy, which may have 6,144 characters without white space.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function iamPolicy(permissions: readonly Permission[]): string {
  return `${JSON.stringify(policyDocument(permissions), undefined, 2)}\n`
}
