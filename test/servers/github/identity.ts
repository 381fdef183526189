import { randomBytes } from 'node:crypto'
import { ANONYMOUS, OWNER_SCOPES, type Principal, principalOf, READ_RIGHTS, type TokenSeed } from './principal.ts'
import type { World } from './world.ts'

const secret = () => randomBytes(18).toString('hex')
const JWT = /^eyJ/

export interface Identified {
  /** Absent for a token that is unknown or has expired. */
  principal?: Principal
  token: string
  scheme?: string
  /** An app's own JSON web token, which `emulate` verifies. */
  jwt: boolean
}

/** The tokens of a server: three it makes, those it is given, and those its app is issued. */
export function tokenBook(worlds: readonly World[], given: Readonly<Record<string, TokenSeed>>, now: () => number) {
  const seed = worlds[0]?.seed
  const owner = seed?.members.find(({ role }) => role === 'owner')
  const member = seed?.members.find(({ role }) => role === undefined)
  if (!owner || !member) throw new Error('the seed needs an owner and a member')
  const tokens = { owner: `ghp_${secret()}`, member: `ghp_${secret()}`, readOnly: `github_pat_${secret()}` }
  const accepted: Record<string, TokenSeed> = {
    [tokens.owner]: { login: owner.login, scopes: OWNER_SCOPES },
    [tokens.member]: { login: member.login, scopes: ['read:org', 'repo'] },
    [tokens.readOnly]: { login: owner.login, rights: READ_RIGHTS },
    ...given,
  }
  const principals = new Map(Object.entries(accepted).map(([token, one]) => [token, principalOf(worlds, one)]))
  return {
    tokens,
    /** Token -> login. */
    logins: Object.fromEntries(Object.entries(accepted).map(([token, { login }]) => [token, login])),
    issue(token: string, principal: Principal): void {
      principals.set(token, principal)
    },
    identify(authorization: string | undefined): Identified {
      if (authorization === undefined) return { principal: ANONYMOUS, token: '', jwt: false }
      const [scheme = '', token = ''] = authorization.split(' ')
      const known = principals.get(token)
      const valid = known && (known.expiresAt ?? Number.POSITIVE_INFINITY) > now() ? known : undefined
      return { token, scheme: scheme.toLowerCase(), jwt: JWT.test(token), ...(valid && { principal: valid }) }
    },
  }
}
