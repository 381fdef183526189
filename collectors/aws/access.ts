import type { AccessGuide } from 'affiant/sdk'
import type { AwsConfig } from './config.ts'
import { managedPolicies } from './printed-policies/managed.ts'
import { iamPolicy } from './printed-policies/iam.ts'
import { stackSet } from './printed-policies/stackset.ts'
import { terraform } from './printed-policies/terraform.ts'

/** What AWS's rights mean to `affiant doctor` and `affiant permissions`. */
export const access: AccessGuide<AwsConfig> = {
  grant(permission) {
    if (permission.startsWith('sts:AssumeRole on '))
      return 'In that account: create the role, and trust the account of the credentials'
    return /^[a-z0-9-]+:[A-Za-z0-9]+$/.test(permission)
      ? `The policy of the role in every account: allow ${permission} on "*"`
      : undefined
  },
  steps: ({ accounts, role }) =>
    accounts === undefined
      ? [
          'Open the role or user of these credentials in IAM, "Add permissions", and paste what "affiant permissions aws --format iam-policy" prints',
        ]
      : [
          `Update the stack set that made the role ${role.name} with what "affiant permissions aws --format cloudformation-stackset" prints`,
        ],
  longLived: ({ auth }) =>
    auth.type === 'keys'
      ? 'An access key works until somebody deletes it. Use auth.type: machine with the role of an instance, task or pod: its credentials last for hours'
      : undefined,
  readyMade: managedPolicies,
  policies: { 'iam-policy': iamPolicy, 'cloudformation-stackset': stackSet, terraform },
}
