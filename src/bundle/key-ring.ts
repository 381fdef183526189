import {
  type GenesisStatement,
  KEY_ADDED,
  KEY_REVOKED,
  KEY_ROLES,
  type KeyAddedStatement,
  type KeyRevokedStatement,
  type KeyRole,
  LEDGER_GENESIS,
  type LedgerKey,
  type LedgerStatement,
} from '../model/statement.ts'
import { signedBytes } from './dsse.ts'
import { BundleError } from './errors.ts'
import type { LedgerEntry } from './ledger.ts'
import { assertSigner, type PublicKey, readPublicKey, verifySignature } from './public-key.ts'
import type { Report } from './reasons.ts'
import { NotDerError } from './tsa-der.ts'

/** That a key may sign entries of one kind, from the entry that says so up to the one that revokes it. */
interface Grant {
  notBefore: number
  notAfter: number
  revoked?: { index: number }
}

interface RingKey {
  key: PublicKey
  grants: Map<KeyRole, Grant>
}

/** A key that somebody else may have had since a time, in milliseconds: see {@link KeyRing.compromised}. */
export interface Compromise {
  keyId: string
  role: KeyRole
  /** Of the entry that revokes the key. */
  index: number
  since: number
}

/** When an entry was made, in milliseconds. */
export interface MadeAt {
  /** By a trusted timestamp, or else as the entry claims. */
  at: number
  /** Certainly not before: the entry names a trusted timestamp of that time. */
  after: number
}

/** The keys that may sign, as a ledger names them one after the other. */
export interface KeyRing {
  /**
   * Whether the entry is signed with a key that may sign it, at its place and its time; if not, it was reported. What an entry
   * says of keys counts from the next one on, and only if it is in order itself. Entries are given in order.
   */
  admit(entry: LedgerEntry, madeAt: MadeAt, report: Report): Promise<boolean>
  /** Of what these keys signed before they were revoked, only what is older than `since` stands. */
  compromised: readonly Compromise[]
}

/** Which role may sign a statement. */
export function roleOf({ predicateType }: LedgerStatement): KeyRole {
  return predicateType === LEDGER_GENESIS || predicateType === KEY_ADDED || predicateType === KEY_REVOKED
    ? 'root'
    : 'collector'
}

/** Keys that are tried on a signature whose statement names an unknown one. */
const MAX_TRIED = 20

/** @param pinned root keys from outside the evidence; without, the root key that the genesis names is taken for good */
export function createKeyRing(pinned: ReadonlyMap<string, PublicKey> | undefined): KeyRing {
  const keys = new Map<string, RingKey>()
  const compromised: Compromise[] = []
  const unnamed = new Set<string>()
  let started = false

  /** Until the genesis has named its keys, the pinned ones are all there is. Without a genesis they are taken for all roles. */
  function start(statement: LedgerStatement, report: Report): void {
    started = true
    const hasGenesis = statement.predicateType === LEDGER_GENESIS
    const roles: readonly KeyRole[] = hasGenesis ? ['root'] : KEY_ROLES
    for (const [id, key] of pinned ?? []) keys.set(id, { key, grants: new Map(roles.map((role) => [role, always()])) })
    if (pinned !== undefined || !hasGenesis) return
    const named = statement.predicate.keys.find(
      ({ keyid, role }) => keyid === statement.predicate.keyid && role === 'root',
    )
    if (named) add(named, () => {})
    else report('signer-untrusted', 'it does not name the key that it is signed with')
  }

  function add(named: LedgerKey, report: Report): void {
    const key = readNamed(named, report)
    if (key === undefined) return
    const known = keys.get(key.id) ?? { key, grants: new Map<KeyRole, Grant>() }
    if (known.grants.get(named.role)?.revoked) {
      report('key-invalid', `the key ${key.id} was revoked and is added again`)
      return
    }
    known.grants.set(named.role, {
      notBefore: timeOr(named.notBefore, Number.NEGATIVE_INFINITY),
      notAfter: timeOr(named.notAfter, Number.POSITIVE_INFINITY),
    })
    keys.set(key.id, known)
  }

  function revoke({ predicate, subject }: KeyRevokedStatement, index: number, report: Report): void {
    const { keyid: keyId, role } = predicate.key
    const grant = keys.get(keyId)?.grants.get(role)
    if (grant === undefined || grant.revoked || subject[0].digest.sha256 !== keyId) {
      report('key-invalid', `it revokes ${keyId} as ${role} key, and there is no such key`)
      return
    }
    grant.revoked = { index }
    if (predicate.reason !== 'compromised') return
    compromised.push({ keyId, role, index, since: Date.parse(predicate.since ?? predicate.revokedAt) })
  }

  function learn(statement: LedgerStatement, index: number, report: Report): void {
    if (statement.predicateType === LEDGER_GENESIS && index === 0) learnGenesis(statement, report)
    if (statement.predicateType === KEY_ADDED && isOwnSubject(statement, report)) add(statement.predicate.key, report)
    if (statement.predicateType === KEY_REVOKED) revoke(statement, index, report)
  }

  /** From here on the ledger names its keys: a pinned one that is not among them signs nothing. */
  function learnGenesis({ predicate }: GenesisStatement, report: Report): void {
    keys.clear()
    for (const named of predicate.keys) add(named, report)
  }

  async function isSigned({ envelope, statement }: LedgerEntry, report: Report): Promise<RingKey | undefined> {
    const { keyid } = statement.predicate
    const bytes = signedBytes(envelope.payload)
    const known = keys.get(keyid)
    if (known !== undefined) {
      if (await verifySignature(known.key, bytes, envelope.signature)) return known
      report('signature-invalid', `the signature does not verify with the key ${keyid}`)
      return undefined
    }
    // So that a false claim of another key is not the milder failure.
    for (const { key } of [...keys.values()].slice(0, MAX_TRIED)) {
      if (!(await verifySignature(key, bytes, envelope.signature))) continue
      report('statement-invalid', `the statement names the key ${keyid}, and ${key.id} signed it`)
      return undefined
    }
    // A ledger that names no key at all is said to be so once.
    if (keys.size > 0 || !unnamed.has(keyid))
      report('signer-untrusted', `signed with the key ${keyid}, which nothing trusted vouches for`)
    unnamed.add(keyid)
    return undefined
  }

  return {
    compromised,
    async admit(entry, madeAt, report) {
      const { statement, index } = entry
      if (!started) start(statement, report)
      const signer = await isSigned(entry, report)
      if (signer === undefined || !mayUse(signer, statement, madeAt, report)) return false
      let isGood = true
      learn(statement, index, (...failure) => {
        isGood = false
        report(...failure)
      })
      return isGood
    },
  }
}

function mayUse({ key, grants }: RingKey, statement: LedgerStatement, madeAt: MadeAt, report: Report): boolean {
  const role = roleOf(statement)
  const grant = grants.get(role)
  if (grant === undefined) {
    if (role === 'root') report('key-unauthorized', `the key ${key.id} is no root key`)
    else report('key-role-wrong', `the key ${key.id} is no collector key`)
    return false
  }
  if (grant.revoked) {
    report('key-revoked', `the key ${key.id} was revoked by entry ${grant.revoked.index}`)
    return false
  }
  if (madeAt.at < grant.notBefore) {
    report('key-not-valid', `made at ${iso(madeAt.at)}, and the key is valid from ${iso(grant.notBefore)} on`)
    return false
  }
  const latest = Math.max(madeAt.at, madeAt.after)
  if (latest > grant.notAfter) {
    report('key-not-valid', `made at ${iso(latest)} or later, and the key was valid up to ${iso(grant.notAfter)}`)
    return false
  }
  return true
}

function isOwnSubject({ subject, predicate }: KeyAddedStatement, report: Report): boolean {
  if (subject[0].digest.sha256 === predicate.key.keyid) return true
  report('key-invalid', `its subject is not the key ${predicate.key.keyid}`)
  return false
}

function readNamed({ keyid, spki }: LedgerKey, report: Report): PublicKey | undefined {
  const bytes = Buffer.from(spki, 'base64')
  try {
    const key = assertSigner(readPublicKey(bytes))
    if (key.id === keyid && bytes.toString('base64') === spki) return key
    report('key-invalid', `the key that is named ${keyid} has the id ${key.id}`)
  } catch (error) {
    if (!(error instanceof BundleError || error instanceof NotDerError)) throw error
    report('key-invalid', `the key that is named ${keyid} is not an ECDSA P-256 or Ed25519 key`)
  }
  return undefined
}

function always(): Grant {
  return { notBefore: Number.NEGATIVE_INFINITY, notAfter: Number.POSITIVE_INFINITY }
}

function timeOr(instant: string | undefined, otherwise: number): number {
  return instant === undefined ? otherwise : Date.parse(instant)
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
