import { z } from 'affiant/sdk'
import { AccountAnswer, told } from '../answers.ts'
import { type Account, NOBODY } from './model.ts'

/** Whoever did something, as GraphQL names them; null for an account that was deleted. */
export const Actor = z.object({ kind: z.string(), login: z.string() }).nullable()

/** Whom a commit names; `user` only if GitHub knows the address. */
export const GitActor = z
  .object({ name: z.string().nullable(), user: z.object({ login: z.string() }).nullable() })
  .nullable()

/** The same by REST. */
export const Someone = told(AccountAnswer)

/** GraphQL calls apps by their slug, and REST `slug[bot]`. */
const asApp = (login: string): Account => ({ login: null, app: login.replace(/\[bot\]$/, '') })

export function accountOfActor(actor: z.output<typeof Actor>): Account {
  if (actor === null) return NOBODY
  return actor.kind === 'Bot' ? asApp(actor.login) : { login: actor.login, app: null }
}

/** Apps have no account that commits could be linked with, but a name by which they are known. */
export function accountOfGitActor(actor: z.output<typeof GitActor>): Account | null {
  if (actor?.user) return { login: actor.user.login, app: null }
  return actor?.name?.endsWith('[bot]') ? asApp(actor.name) : null
}

export function accountOfUser(user: z.output<typeof Someone>): Account {
  if (user === null) return NOBODY
  return user.type === 'Bot' ? asApp(user.login) : { login: user.login, app: null }
}
