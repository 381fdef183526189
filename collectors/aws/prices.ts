import type { Price } from 'affiant/sdk'

const readOn = '2026-11-23'

/**
 * Reads that AWS bills, with list prices of `us-east-1` without free allowances. They were read in stored copies of the pages
 * named, as AWS's own price pages were not to be had with their tables. Everything else that is asked is not billed by the
 * request: Config bills what it records and evaluates, CloudTrail's event history, IAM, Organizations and the `Describe`
 * calls of EC2 cost nothing.
 */
export const prices: readonly Price[] = [
  { operation: 's3:ListBuckets', usdPerThousand: 0.005, url: 'https://c3x.dev/blog/s3-request-fees-explained', readOn },
  { operation: 's3:*', usdPerThousand: 0.0004, url: 'https://c3x.dev/blog/s3-request-fees-explained', readOn },
  // 0.03 for 10,000, after 20,000 free ones a month: https://aws.amazon.com/kms/pricing/ names the free ones.
  { operation: 'kms:*', usdPerThousand: 0.003, url: 'https://www.wring.co/blog/aws-kms-pricing-guide', readOn },
  // 0.05 for 10,000.
  {
    operation: 'secretsmanager:*',
    usdPerThousand: 0.005,
    url: 'https://hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms',
    readOn,
  },
  // Requests beyond a million a month are billed; at which price those of alarms, no page was found to say.
  { operation: 'monitoring:*', usdPerThousand: 'unknown', url: 'https://aws.amazon.com/cloudwatch/pricing/', readOn },
]
