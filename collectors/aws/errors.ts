import {
  asReadError,
  DeniedError,
  errorForStatus,
  InvalidError,
  NotFoundError,
  ReadError,
  ThrottledError,
  UnavailableError,
  UnlicensedError,
  z,
} from 'affiant/sdk'

/** What a call was, for the words of its error. */
export interface Asked {
  /** `iam:GetAccountSummary` */
  action: string
  account: string
  region: string
}

/**
 * Codes that say no to who asks. These lists were compared with the exceptions of all clients in use
 * (`dist-types/models/errors.d.ts`, 3.1169) on 2026-11-23. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const DENIED =
  /^(?:AccessDenied\w*|OrganizationAccessDenied\w*|UnauthorizedOperation|UnauthorizedAccess\w*|UnauthorizedException|AuthorizationError\w*|NotAuthorized\w*|KMSAccessDenied\w*|Forbidden\w*|MissingAuthenticationToken\w*|ExpiredToken\w*|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature\w*|IncompleteSignature\w*|RequestExpired|AuthFailure|AllAccessDisabled)$/
/** Of these, the ones that say no to the credentials themselves: no policy helps. */
const BAD_CREDENTIALS =
  /^(?:MissingAuthenticationToken\w*|ExpiredToken\w*|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature\w*|IncompleteSignature\w*|RequestExpired|AuthFailure)$/
/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html lists the codes that SDKs take as throttling. */
export const THROTTLED =
  /^(?:Throttl\w*|RequestLimitExceeded|RequestThrottled\w*|TooManyRequests\w*|ProvisionedThroughputExceededException|BandwidthLimitExceeded|LimitExceededException|PriorRequestNotComplete|TransactionInProgressException|SlowDown|EC2ThrottledException)$/
/** The region is off for the account, or has no such service. */
const NOT_THERE =
  /^(?:OptInRequired|(?:CloudTrail)?InvalidClientTokenId\w*|UnrecognizedClient\w*|RegionDisabled\w*|UnknownEndpoint)$/
/**
 * Bought, subscribed to or turned on first. Security Hub has one code, `InvalidAccessException`, for an account that is not
 * subscribed and for one that is not the administrator; the reads made here need no administrator
 * (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html). GuardDuty and Inspector have none: they answer
 * with no detector, and with the status `DISABLED`.
 */
const UNLICENSED =
  /^(?:Subscription(?:Required|NotFound)\w*|NotSubscribed\w*|AccountNotSubscribed\w*|InvalidAccessException|\w*NotEnabled\w*)$/
const ABSENT =
  /(?:^NoSuch|NotFound|DoesNotExist|NotExist)|^(?:NoAvailableConfigurationRecorder|NoAvailableDeliveryChannel|ReportNotPresent|CredentialReportNotPresent|AWSOrganizationsNotInUse|InvalidDocument$)/

/** What the SDK throws of an answer. */
const Thrown = z.looseObject({
  name: z.string(),
  $metadata: z.looseObject({ httpStatusCode: z.number().optional() }).optional(),
})

/**
 * The read error behind what a client threw. AWS's own message is left out: it quotes who asked and for what.
 *
 * | AWS says | error |
 * |---|---|
 * | `AccessDenied…`, `UnauthorizedOperation`, bad or expired credentials | {@link DeniedError} with the action |
 * | `Throttling…`, `RequestLimitExceeded`, `TooManyRequests…` | {@link ThrottledError} |
 * | `NoSuchEntity`, `…NotFound…` | {@link NotFoundError}: absent inside `observe(…, { absentOn: 'not-found' })` |
 * | `OptInRequired`, `InvalidClientTokenId` in a region | {@link UnavailableError} |
 * | `SubscriptionRequired…`, `…NotEnabled…`, Security Hub's `InvalidAccessException` | {@link UnlicensedError} |
 */
export function awsError(thrown: unknown, { action, account, region }: Asked): ReadError {
  if (thrown instanceof ReadError) return thrown
  const behind = thrown instanceof Error && thrown.cause instanceof ReadError ? thrown.cause : undefined
  if (behind !== undefined) return behind
  const parsed = Thrown.safeParse(thrown)
  if (!parsed.success) return asReadError(thrown)
  const { name: code, $metadata } = parsed.data
  const error = errorOf(code, $metadata?.httpStatusCode, { action, account, region })
  CODES.set(error, code)
  return error
}

/** What AWS called its refusal. */
const CODES = new WeakMap<ReadError, string>()

/** AWS's code for what {@link awsError} made an error of: `NoSuchBucketPolicy`. */
export function awsCode(error: unknown): string | undefined {
  return error instanceof ReadError ? CODES.get(error) : undefined
}

/**
 * A read for `observe(…, { absentOn: 'not-found' })` where absence would be good news: only these codes of AWS mean it.
 * Anything else that was not found, such as the bucket itself, is a failed read.
 */
export function onlyAbsent<T>(codes: RegExp, read: () => Promise<T>): () => Promise<T> {
  return async () => {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof NotFoundError) || codes.test(awsCode(error) ?? '')) throw error
      throw new UnavailableError(error.message, { cause: error })
    }
  }
}

function errorOf(code: string, status: number | undefined, { action, account, region }: Asked): ReadError {
  const said = `${action} in ${account}/${region}: AWS answered ${code}${status === undefined ? '' : ` (HTTP ${status})`}`
  const details = status === undefined ? {} : { status }
  if (ABSENT.test(code)) return new NotFoundError(`${said}: there is none`, details)
  if (THROTTLED.test(code)) return new ThrottledError(`${said}; run later or lower the limits of this source`, details)
  if (NOT_THERE.test(code)) {
    return new UnavailableError(
      `${said}: the region is not enabled for these credentials, or lacks the service`,
      details,
    )
  }
  if (UNLICENSED.test(code)) return new UnlicensedError(`${said}: the account has not turned the service on`, details)
  if (BAD_CREDENTIALS.test(code)) {
    return new DeniedError(`${said}: the credentials are wrong or have expired; renew them`, details)
  }
  if (DENIED.test(code)) {
    return new DeniedError(`${said}; allow ${action} in the role's policy`, { ...details, permission: action })
  }
  if (status === undefined) return new InvalidError(`${action} in ${account}/${region}: the client failed with ${code}`)
  if (status === 403) return new DeniedError(said, { ...details, permission: action })
  return status < 400
    ? new InvalidError(`${said}, which is not what it documents`, details)
    : errorForStatus(status, said, details)
}

const CodeInBody = z.record(z.string(), z.unknown())

/** The code of a refused REST-JSON request, without namespace and address. */
export function awsErrorCode(header: string | null, body: unknown): string {
  const fields = CodeInBody.safeParse(body).data ?? {}
  const said = header ?? fields['__type'] ?? fields['code']
  return (typeof said === 'string' ? said : 'UnknownError').replace(/^.*#/, '').replace(/:.*$/, '')
}
