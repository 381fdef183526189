import type { Operation } from './model.ts'
import type { Members } from './read.ts'
import { AwsError } from './write.ts'

/**
 * Most items on a page, and how many there are when nobody asks: `[default, most]`. Operations that are not named have
 * {@link USUAL}. A larger number is refused, as the services do.
 */
const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  'access-analyzer': [50, 100],
  account: [20, 50],
  'artifact:ListReports': [100, 300],
  backup: [1000, 1000],
  'cloudtrail:LookupEvents': [50, 50],
  'config:DescribeAggregateComplianceByConfigRules': [1000, 1000],
  'config:DescribeConfigRules': [25, 25],
  'config:DescribeConformancePacks': [20, 20],
  'config:DescribeConformancePackStatus': [20, 20],
  'config:GetConformancePackComplianceSummary': [20, 20],
  'config:ListConformancePackComplianceScores': [20, 20],
  'config:DescribeConformancePackCompliance': [100, 1000],
  'config:DescribeConfigurationAggregators': [100, 100],
  'config:GetAggregateComplianceDetailsByConfigRule': [50, 100],
  'config:GetComplianceDetailsByConfigRule': [10, 100],
  'config:GetResourceConfigHistory': [10, 100],
  'config:SelectAggregateResourceConfig': [25, 100],
  'config:SelectResourceConfig': [25, 100],
  config: [100, 100],
  'cloudformation:DescribeStackResourceDrifts': [100, 100],
  'config:DescribeConfigRuleEvaluationStatus': [50, 50],
  'ec2:DescribeLaunchTemplates': [200, 200],
  'ec2:DescribeRouteTables': [100, 100],
  ec2: [1000, 1000],
  eks: [100, 100],
  elasticloadbalancing: [400, 400],
  guardduty: [50, 50],
  iam: [100, 1000],
  identitystore: [50, 100],
  'inspector2:ListCoverage': [200, 200],
  inspector2: [100, 100],
  'kms:ListKeys': [100, 1000],
  'lambda:ListFunctionUrlConfigs': [50, 50],
  // 10,000 may be asked for, and no more than 50 come.
  lambda: [50, 10_000],
  logs: [50, 50],
  monitoring: [50, 100],
  organizations: [20, 20],
  rds: [100, 100],
  's3:ListBuckets': [10_000, 10_000],
  secretsmanager: [100, 100],
  'securityhub:GetFindings': [10, 100],
  securityhub: [100, 100],
  'ssm:DescribeInstancePatchStates': [10, 100],
  ssm: [50, 50],
  sso: [50, 100],
  tagging: [50, 100],
}
const USUAL = [100, 1000] as const
/** What comes at most, however much is asked for. */
const CEILINGS: Readonly<Record<string, number>> = { lambda: 50 }

const TOKENS_IN = ['NextToken', 'nextToken', 'Marker', 'PaginationToken', 'ContinuationToken']
const TOKENS_OUT = ['NextToken', 'nextToken', 'NextMarker', 'Marker', 'PaginationToken', 'ContinuationToken']
const LIMITS = [
  'MaxResults',
  'maxResults',
  'MaxItems',
  'MaxRecords',
  'Limit',
  'limit',
  'PageSize',
  'MaxBuckets',
  'ResourcesPerPage',
]
const TRUNCATED = ['IsTruncated', 'Truncated']

export interface Pager {
  /** `iam:ListUsers`. */
  action: string
  operation: Operation
  input: Members
  /** No page is larger, so that few items make several pages. */
  pageSize: number
}

/** `[default, most]` of an action. */
export function pageSizes(action: string): readonly [number, number] {
  return SIZES[action] ?? SIZES[action.split(':')[0] ?? ''] ?? USUAL
}

/** The member by which an operation is asked for a number of items, if there is one. */
export function limitMember({ input }: Operation): string | undefined {
  return LIMITS.find((name) => has(input, name))
}

/**
 * Cuts a list as the service does: the page's items, and the members that lead to the next page. How an operation pages is
 * read from its own members: `NextToken`, `nextToken`, `Marker` with `IsTruncated`, `NextMarker` with `Truncated` …
 * @throws AwsError for a token that is not of this operation, and for a page that is too large
 */
export function cut<T>(
  { action, operation, input, pageSize }: Pager,
  items: readonly T[],
): { items: T[]; more: Members } {
  const tokenIn = TOKENS_IN.find((name) => has(operation.input, name))
  const tokenOut = TOKENS_OUT.find((name) => has(operation.output, name))
  if (tokenIn === undefined || tokenOut === undefined) return { items: [...items], more: {} }
  const [usual, most] = pageSizes(action)
  // Some operations have two names for it.
  const named = LIMITS.find((name) => has(operation.input, name) && input[name] !== undefined)
  const asked = input[named ?? ''] as number | undefined
  // Some count 0 as not said.
  if (asked !== undefined && (asked > most || asked < 0)) {
    throw new AwsError('ValidationException', `the number of items must be at most ${most}, not ${asked}`)
  }
  const ceiling = CEILINGS[action.split(':')[0] ?? ''] ?? Number.POSITIVE_INFINITY
  const size = Math.min(asked || usual, ceiling, pageSize)
  const from = offsetOf(action, input[tokenIn])
  const to = from + size
  const isLast = to >= items.length
  const truncated = TRUNCATED.find((name) => has(operation.output, name))
  return {
    items: items.slice(from, to),
    more: {
      ...(truncated !== undefined && { [truncated]: !isLast }),
      ...(!isLast && { [tokenOut]: Buffer.from(`${action} ${to}`).toString('base64url') }),
    },
  }
}

function offsetOf(action: string, token: unknown): number {
  if (token === undefined || token === '') return 0
  const text = typeof token === 'string' ? Buffer.from(token, 'base64url').toString() : ''
  const [, at] = /^(?:.+) (\d+)$/.exec(text) ?? []
  if (at === undefined || !text.startsWith(`${action} `)) {
    throw new AwsError('InvalidNextTokenException', 'The token is not of this list.')
  }
  return Number(at)
}

function has(shape: Operation['input'], name: string): boolean {
  return [...(shape?.structIterator() ?? [])].some(([member]) => member === name)
}
