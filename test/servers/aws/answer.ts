import type { Operation, Protocol } from './model.ts'
import { cut } from './pages.ts'
import type { Members } from './read.ts'
import type { Account, Region, World } from './world.ts'
import { AwsError } from './write.ts'

/** Who asks what, where; and what is there. */
export interface Ask {
  world: World
  account: Account
  region: Region
  /** `arn:aws:sts::…:assumed-role/…` of the one who asks. */
  arn: string
  action: string
  operation: Operation
  protocol: Protocol
  input: Members
  /** Where the server is; absent of one without addresses. */
  origin?: string
  pageSize: number
  /** Milliseconds since 1970. */
  now: number
  /** Lasts as long as the server: for what takes its time, such as a report. */
  memory: Map<string, number>
}

export type Handler = (ask: Ask) => Members
export type Handlers = Readonly<Record<string, Handler>>

/** A list, cut into pages as the operation has them. */
export function list(
  member: string,
  pick: (ask: Ask) => readonly unknown[],
  more: (ask: Ask) => Members = () => ({}),
): Handler {
  return (ask) => {
    const { items, more: rest } = cut(ask, pick(ask))
    return { [member]: items, ...more(ask), ...rest }
  }
}

/** A member of the input as text; empty if it is absent. */
export function text(ask: Pick<Ask, 'input'>, member: string): string {
  const value = ask.input[member]
  return typeof value === 'string' ? value : ''
}

/** A member of the input as a list of texts; undefined if it is absent or empty. */
export function texts(ask: Pick<Ask, 'input'>, member: string): string[] | undefined {
  const value = ask.input[member]
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined
}

/** Narrows a list to the ids that were asked for; all if none were. */
export function named<T>(items: readonly T[], ids: readonly string[] | undefined, idOf: (item: T) => unknown): T[] {
  return items.filter((item) => ids === undefined || ids.includes(String(idOf(item))))
}

/** @throws AwsError with the code if there is none */
export function found<T>(value: T | undefined, code: string, what: string, status = 404): T {
  if (value === undefined) throw new AwsError(code, `${what} cannot be found.`, status)
  return value
}

/** An id of hexadecimal digits that is the same for the same seed. */
export function hex(seed: string, length: number): string {
  let state = 0x811c9dc5
  let out = ''
  for (let at = 0; out.length < length; at++) {
    for (const character of `${seed}${at}`) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
    out += state.toString(16).padStart(8, '0')
  }
  return out.slice(0, length)
}
