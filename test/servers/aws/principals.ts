import { hex } from './answer.ts'
import type { Members } from './read.ts'
import type { World } from './world.ts'
import { AwsError } from './write.ts'

/** Who an access key is, and for how long. */
export interface Principal {
  account: string
  arn: string
  /** Milliseconds since 1970. */
  until: number
}

export interface Keys {
  accessKeyId: string
  secretAccessKey: string
}

/** Keys of the world: those of the account the collector starts in, and what `AssumeRole` gave out. */
export function principalBook(world: World, now: () => number) {
  const home: Keys = {
    accessKeyId: `AKIA${hex(`home ${world.home}`, 16).toUpperCase()}`,
    secretAccessKey: `demo/${hex(`secret ${world.home}`, 35)}`,
  }
  const known = new Map<string, Principal>([
    [
      home.accessKeyId,
      {
        account: world.home,
        arn: `arn:${world.partition}:sts::${world.home}:assumed-role/${world.roleName}/start`,
        until: Number.POSITIVE_INFINITY,
      },
    ],
  ])
  let given = 0
  return {
    home,
    /** Every secret that was given out, to search for as canaries. */
    secrets: [home.secretAccessKey],
    /** @throws AwsError as a service says it of keys that are wrong or too old */
    of(accessKeyId: string, service: string): Principal {
      const principal = known.get(accessKeyId)
      if (principal === undefined) throw unknownKey(service)
      if (principal.until < now())
        throw new AwsError('ExpiredToken', 'The security token included in the request is expired', 403)
      return principal
    },
    assumeRole(caller: Principal, input: Members): Members {
      const arn = String(input.RoleArn)
      const [, account = '', role = ''] = /^arn:[\w-]+:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? []
      const there = world.accounts.get(account)
      const denied = new AwsError(
        'AccessDenied',
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
        403,
      )
      if (there === undefined || there.refusesEntry === true || there.status !== 'ACTIVE') throw denied
      if (role.split('/').at(-1) !== world.roleName) throw denied
      if (world.externalId !== undefined && input.ExternalId !== world.externalId) throw denied
      given += 1
      const seed = `${arn} ${given}`
      const name = String(input.RoleSessionName)
      const seconds = (input.DurationSeconds as number | undefined) ?? 3600
      const until = now() + seconds * 1000
      const keys = {
        AccessKeyId: `ASIA${hex(`key ${seed}`, 16).toUpperCase()}`,
        SecretAccessKey: `demo/${hex(`secret ${seed}`, 35)}`,
        SessionToken: `demo${hex(`token ${seed}`, 60)}`,
      }
      this.secrets.push(keys.SecretAccessKey, keys.SessionToken)
      const assumed = `arn:${world.partition}:sts::${account}:assumed-role/${world.roleName}/${name}`
      known.set(keys.AccessKeyId, { account, arn: assumed, until })
      return {
        Credentials: { ...keys, Expiration: new Date(until) },
        AssumedRoleUser: { AssumedRoleId: `AROAEXAMPLE${account}:${name}`, Arn: assumed },
      }
    },
  }
}

/** What a key that nobody knows is called; also what a region that is not enabled says of every key. */
export function unknownKey(service: string): AwsError {
  const [code, status] = UNKNOWN[service] ?? ['UnrecognizedClientException', 403]
  return new AwsError(code, 'The security token included in the request is invalid.', status)
}

const UNKNOWN: Readonly<Record<string, readonly [string, number]>> = {
  ec2: ['AuthFailure', 401],
  s3: ['InvalidAccessKeyId', 403],
  s3control: ['InvalidAccessKeyId', 403],
  ...Object.fromEntries(
    ['iam', 'sts', 'sns', 'rds', 'elasticloadbalancing', 'cloudformation'].map((name) => [
      name,
      ['InvalidClientTokenId', 403] as const,
    ]),
  ),
}
