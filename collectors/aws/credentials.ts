import { type CollectContext, DeniedError } from 'affiant/sdk'
import type { AwsConfig, AwsSecret } from './config.ts'

/** Credentials as the clients want them. */
export interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string | undefined
  expiration?: Date | undefined
}

/** Credentials that are renewed before they end. */
export interface Credentials {
  current(): Promise<Keys>
}

type Context = Pick<CollectContext<AwsConfig, AwsSecret>, 'config' | 'secrets' | 'machine' | 'clock'>

/** Renewed this long before they end: no request that is waiting for its turn is signed with what ends meanwhile. */
const RENEW_MS = 10 * 60_000

/** The credentials a source begins with. */
export function firstCredentials({ config, secrets, machine, clock }: Context): Credentials {
  const { auth } = config
  if (auth.type === 'machine') {
    const { profile } = auth
    return renewed(clock, async () => {
      const { id, secret, token, expiresAt } = await machine('aws', profile === undefined ? {} : { profile })
      return {
        accessKeyId: id,
        secretAccessKey: secret.reveal(),
        sessionToken: token?.reveal(),
        expiration: expiresAt,
      }
    })
  }
  const { accessKeyId, secretAccessKey, sessionToken } = secrets
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new DeniedError('no access key is configured; set `secrets.accessKeyId` and `secrets.secretAccessKey`')
  }
  const keys = {
    accessKeyId: accessKeyId.reveal().trim(),
    secretAccessKey: secretAccessKey.reveal().trim(),
    sessionToken: sessionToken?.reveal().trim(),
  }
  return { current: async () => keys }
}

/** Keeps what `obtain` gave until shortly before it ends; many who ask at once share one renewal. */
export function renewed(clock: Context['clock'], obtain: () => Promise<Keys>): Credentials {
  let kept: { keys: Keys; until: number } | undefined
  let renewal: Promise<Keys> | undefined

  async function renew(): Promise<Keys> {
    const now = clock.now().getTime()
    const keys = await obtain()
    const life = keys.expiration === undefined ? Number.POSITIVE_INFINITY : keys.expiration.getTime() - now
    kept = { keys, until: now + life - Math.min(RENEW_MS, life / 2) }
    return keys
  }

  async function current(): Promise<Keys> {
    if (kept !== undefined && clock.now().getTime() < kept.until) return kept.keys
    const shared = renewal
    if (shared !== undefined) {
      try {
        return await shared
      } catch {
        // Of whoever asked: that plan item may have been stopped, and this one not.
        return current()
      }
    }
    renewal = renew()
    try {
      return await renewal
    } finally {
      renewal = undefined
    }
  }

  return { current }
}
