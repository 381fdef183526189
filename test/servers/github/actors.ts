import { createHash } from 'node:crypto'
import type { World } from './world.ts'

/** Who did something: a person of the seed, one who is not in it (of a fork), an app, or a deleted account. */
export interface Actor {
  id: number
  /** As REST has it: apps end in `[bot]`. */
  login: string
  type: 'User' | 'Bot'
}

/** A number below 2^31 that depends on the text only. */
export function numberOf(text: string): number {
  return createHash('sha1').update(text).digest().readUInt32BE() >>> 1
}

export function actorOf(world: World, login: string): Actor {
  const person = world.people.get(login)
  if (person) return { id: person.id, login, type: 'User' }
  return { id: numberOf(`actor:${login}`), login, type: login.endsWith('[bot]') ? 'Bot' : 'User' }
}

/** The account of deleted people. GraphQL answers null for it, REST this login. */
export const GHOST = 'ghost'
/** What GitHub itself commits as. */
export const WEB_FLOW = 'web-flow'
