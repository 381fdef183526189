import type { Clock, Period, Scope } from 'affiant/sdk'
import type { InputOf, OperationOf, OutputOf, ServiceName } from './clients/index.ts'
import type { AwsConfig } from './config.ts'

/** Kinds of scope, for `appliesTo` of a stream. */
export const ACCOUNT = 'account'
export const REGION = 'region'
export const ORGANIZATION = 'organization'
/** Once for each source: what is the same whichever account asks. */
export const HOME = 'home'
/** Documents of Artifact, where config says that their terms are accepted. */
export const DOCUMENTS = 'documents'

export interface CallOptions {
  /** Where the call goes, if not to the region of the scope: a bucket lives in a region of its own. */
  region?: string
}

/** One account, seen from one region. */
export interface Place {
  /** 12 digits. */
  account: string
  /** `eu-west-1`; of an account as a whole, the region its global services answer from. */
  region: string
  /** `aws`, `aws-cn` or `aws-us-gov`, as in ARNs. */
  partition: string
  /**
   * Asks a service. What it throws is a `ReadError` already: see `awsError`. An operation must be in `commands` of
   * `clients/<service>.ts`, and its action declared by the stream with `allow()`.
   */
  call<Name extends ServiceName, Operation extends OperationOf<Name>>(
    service: Name,
    operation: Operation,
    input: InputOf<Name, Operation>,
    options?: CallOptions,
  ): Promise<OutputOf<Name, Operation>>
  /** A REST-JSON request to a service that has no client here, signed; the parsed answer. */
  ask(service: 'artifact', operation: string, path: string): Promise<unknown>
  /**
   * A document from an address that AWS gave and signed itself; our keys are not sent. It is held in memory only.
   * @throws InvalidError for an address that is not AWS's
   */
  download(service: 'artifact', operation: string, address: string): Promise<Uint8Array>
}

/** An account of the source. */
export interface AccountInfo {
  id: string
  /** As the organisation names it; absent of a single account. */
  name?: string
  /** Region codes that are enabled and read. */
  regions: readonly string[]
  /** ARN of the role that is assumed in it; absent where the credentials are its own. */
  role?: string
}

/** What the streams share while a source is open. */
export interface Session {
  config: AwsConfig
  /** The period the run reports on. */
  period: Period
  /** When the source was opened. */
  now: Date
  clock: Clock
  /** The account the source's own credentials belong to. */
  home: { account: string; partition: string; arn: string; region: string }
  /** Id of the organisation (`o-…`), where config says to read it. */
  organization?: string
  /** The accounts that are read, by id; filled while scopes are listed. */
  accounts: ReadonlyMap<string, AccountInfo>
  /**
   * The place of a scope. @throws the error with which its account refused entry
   */
  in(scope: Scope): Promise<Place>
  /** The same account elsewhere. */
  at(account: string, region: string): Promise<Place>
}
