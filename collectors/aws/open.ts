import {
  type CollectContext,
  DeniedError,
  InvalidError,
  type ReadError,
  type Scope,
  type SourceIdentity,
} from 'affiant/sdk'
import { roleArnOf } from './arn.ts'
import type { AwsClient } from './client.ts'
import type { AwsConfig, AwsSecret } from './config.ts'
import { type Credentials, firstCredentials, renewed } from './credentials.ts'
import { partitionOf } from './partitions.ts'
import { awsCode } from './errors.ts'
import type { AccountInfo, Place, Session } from './session.ts'

/** A session as the manifest opens it: the streams see less of it. */
export interface OpenSession extends Session {
  accounts: Map<string, AccountInfo>
  /** Accounts that did not let us in, with the reason each of their plan items gives. */
  refused: Map<string, ReadError>
  identity: SourceIdentity
  /** Enters an account and has it say who it is. @throws DeniedError with the role's ARN */
  enter(account: string): Promise<void>
}

/** Signs in with the source's own credentials, and proves them. */
export async function openSession(context: CollectContext<AwsConfig, AwsSecret>): Promise<OpenSession> {
  const { createClient } = await import('./client.ts')
  const { config, clock, period } = context
  const client = createClient(context)
  const first = firstCredentials(context)
  const partition = partitionOf(config.homeRegion)
  const asked = {
    account: config.account ?? 'the account of the credentials',
    region: config.homeRegion,
    credentials: first,
  }
  const { Account: account, Arn: arn } = await client.call(asked, 'sts', 'GetCallerIdentity', {}).catch((error) => {
    throw unknownCredentials(error, config.homeRegion)
  })
  if (account === undefined || arn === undefined)
    throw new InvalidError('sts:GetCallerIdentity: AWS did not say who asks')

  const credentials = new Map<string, Credentials>()
  const credentialsOf = (id: string): Credentials => {
    const known = credentials.get(id)
    if (known !== undefined) return known
    const role = roleIn(config, id, account)
    const own = role === undefined ? first : renewed(clock, () => assume(client, { ...asked, account }, role, config))
    credentials.set(id, own)
    return own
  }
  const placeOf = (id: string, region: string): Place => {
    const caller = { account: id, region, credentials: credentialsOf(id) }
    return {
      account: id,
      region,
      partition: partition.id,
      call: (service, operation, input, options) =>
        client.call(
          options?.region === undefined ? caller : { ...caller, region: options.region },
          service,
          operation,
          input,
        ),
      ask: (service, operation, path) => client.ask(caller, service, operation, path),
      download: (service, operation, address) => client.download(caller, service, operation, address),
    }
  }

  const session: OpenSession = {
    config,
    period,
    clock,
    now: clock.now(),
    home: { account, arn: roleArnOf(arn), partition: partition.id, region: config.homeRegion },
    accounts: new Map(),
    refused: new Map(),
    identity: identityOf(account, arn),
    async in(scope: Scope) {
      const [id = '', part = ''] = scope.id.split('/')
      return session.at(id, /-\d+$/.test(part) ? part : partition.globalRegion)
    },
    async at(id, region) {
      const refusal = session.refused.get(id)
      if (refusal !== undefined) throw refusal
      return placeOf(id, region)
    },
    async enter(id) {
      const role = roleIn(config, id, account)
      if (role === undefined) return
      const who = await placeOf(id, config.homeRegion).call('sts', 'GetCallerIdentity', {})
      if (who.Account !== id) throw new InvalidError(`the role ${role} led into another account than ${id}`)
    },
  }
  return session
}

/** ARN of the role to assume in an account; nothing where the credentials are its own already. */
export function roleIn({ role, homeRegion }: AwsConfig, account: string, home: string): string | undefined {
  if (account === home && !role.home) return undefined
  return `arn:${partitionOf(homeRegion).id}:iam::${account}:role/${role.name.replace(/^\//, '')}`
}

async function assume(
  client: AwsClient,
  caller: Parameters<AwsClient['call']>[0],
  role: string,
  { role: { externalId, sessionMinutes } }: AwsConfig,
) {
  try {
    const { Credentials: given } = await client.call(caller, 'sts', 'AssumeRole', {
      RoleArn: role,
      RoleSessionName: 'affiant',
      DurationSeconds: sessionMinutes * 60,
      ...(externalId !== undefined && { ExternalId: externalId }),
    })
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {}
    if (AccessKeyId === undefined || SecretAccessKey === undefined) {
      throw new InvalidError(`sts:AssumeRole of ${role}: AWS gave no credentials`)
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    }
  } catch (error) {
    if (!(error instanceof DeniedError)) throw error
    throw new DeniedError(
      `the role ${role} could not be assumed: create it in the account, let account ${caller.account} assume it${externalId === undefined ? '' : ', and compare the external id that it asks for with role.externalId of the config'}`,
      { permission: 'sts:AssumeRole' },
    )
  }
}

/**
 * What AWS says of a key that it does not know is what it says of every key in a region that is not enabled. In the region one
 * signs in at, it is hardly ever the latter.
 */
function unknownCredentials(error: unknown, homeRegion: string): unknown {
  const code = awsCode(error)
  if (code === undefined || !/InvalidClientTokenId|UnrecognizedClient/.test(code)) return error
  return new DeniedError(
    `AWS does not know these credentials in ${homeRegion} (${code}): they are wrong or were deleted, or homeRegion is not a region that is enabled for them`,
  )
}

function identityOf(account: string, arn: string): SourceIdentity {
  const [, user] = /:user\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  const isRoot = arn.endsWith(':root')
  return {
    id: account,
    name: `AWS account ${account}`,
    principal:
      user !== undefined || isRoot ? { kind: 'user', name: user ?? 'root' } : { kind: 'app', name: roleArnOf(arn) },
  }
}
