import { z } from 'affiant/sdk'
import { Time, told } from './answers.ts'

/** Who did something, or whom or what it was done to. */
const Party = z.strictObject({
  /** `User`, `PublicClientApp`, `SystemPrincipal`, `AppInstance`, `PolicyEntity`, `ROLE`, … */
  type: z.string(),
  /** Okta's id; of a user, the id in okta.users. */
  id: z.string(),
  /** Login of a person; `null` for anything else. */
  person: z.string().nullable(),
  /** Name of a thing of a kind that is never a person; `null` for anything else. */
  name: z.string().nullable(),
})

/** One event of the System Log, without addresses, devices, sessions and free text. */
export const LogEventRecord = z.strictObject({
  uuid: z.string(),
  /** To the millisecond, UTC. */
  published: z.iso.datetime(),
  eventType: z.string(),
  outcome: z.strictObject({ result: z.string(), reason: z.string().nullable() }),
  actor: Party,
  targets: z.array(Party),
})
export type LogEventRecord = z.output<typeof LogEventRecord>

/** Stream redactions of {@link LogEventRecord}. */
export const logEventRedactions = { 'actor.person': 'pseudonym', 'targets.*.person': 'pseudonym' } as const

const PartyAnswer = z.object({
  id: told(z.string()),
  type: told(z.string()),
  alternateId: told(z.string()),
  displayName: told(z.string()),
})

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/ */
export const LogEventAnswer = z.object({
  uuid: z.string().min(1),
  published: Time,
  eventType: z.string(),
  outcome: told(z.object({ result: told(z.string()), reason: told(z.string()) })),
  actor: told(PartyAnswer),
  target: told(z.array(PartyAnswer)),
})
export type LogEventAnswer = z.output<typeof LogEventAnswer>

/** Kinds of things whose name is a setting. A kind that is not listed could be a person: its name is left out. */
const THINGS = new Set([
  'AppInstance',
  'CUSTOM_ROLE',
  'IAMRole',
  'IdentityProvider',
  'LogStream',
  'NetworkZone',
  'PolicyEntity',
  'PolicyRule',
  'PublicClientApp',
  'ResourceSet',
  'ROLE',
  'Role',
  'SystemPrincipal',
  'UserGroup',
])
const PEOPLE = new Set(['AppUser', 'User'])

function partyOf(answer: z.output<typeof PartyAnswer> | null): z.output<typeof Party> {
  const type = answer?.type ?? 'unknown'
  return {
    type,
    id: answer?.id ?? 'unknown',
    person: PEOPLE.has(type) ? (answer?.alternateId ?? null) : null,
    name: THINGS.has(type) ? (answer?.displayName ?? null) : null,
  }
}

/** A reason is a code (`INVALID_CREDENTIALS`) or a sentence, which may name somebody: only codes are kept. */
function reasonOf(reason: string | null): string | null {
  return reason !== null && /^[A-Z][A-Z0-9_]*$/.test(reason) ? reason : null
}

export function logEventOf({ uuid, published, eventType, outcome, actor, target }: LogEventAnswer): LogEventRecord {
  return {
    uuid,
    published: new Date(published).toISOString(),
    eventType,
    outcome: { result: outcome?.result ?? 'UNKNOWN', reason: reasonOf(outcome?.reason ?? null) },
    actor: partyOf(actor),
    targets: (target ?? []).map(partyOf),
  }
}
