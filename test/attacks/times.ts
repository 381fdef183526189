import { nonceFrom, readResponse, writeRequest } from '../../src/bundle/timestamp-request.ts'
import { writeEnvelope, readEnvelope } from '../../src/bundle/dsse.ts'
import type { Trust } from '../../src/bundle/trust.ts'
import { ledgerKey } from '../../src/model/common.ts'
import { signer } from '../bundle/fixture.ts'
import { at, keyOf, type Ledger, newLedger, part } from '../bundle/ledger-builder.ts'
import { AUTHORITY, type Identity, TIMESTAMPING, tstInfo } from '../servers/tsa.ts'
import { accepted, type Attack, type Attacked, rejected } from './attack.ts'
import type { Bench } from './bench.ts'

type Stamp = (signature: Uint8Array) => Promise<Uint8Array[]>

const KEYS = [keyOf(signer, 'root'), keyOf(signer, 'collector')]
const REQUIRED = { requireTimestamps: 1 }
const YEARS = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2028-01-01T00:00:00Z') }

/** A genesis at 0, a run opened at 10 and sealed at 15: with timestamps of about these times, but for the last entry. */
async function ledgerWith(bench: Bench, last?: Stamp, sealedAt = 15): Promise<Ledger> {
  const ledger = newLedger()
  const stamp = (minutes: number) => ({ stamp: async (bytes: Uint8Array) => [await bench.token(bytes, at(minutes))] })
  await ledger.add(signer, part.genesis(signer, KEYS), stamp(1))
  await ledger.add(signer, part.opened(1, at(10)), stamp(11))
  await ledger.add(signer, part.sealed(1, at(10), at(sealedAt)), last && { stamp: last })
  return ledger
}

async function judged(bench: Bench, { files }: Ledger, policy: Partial<Trust['policy']> = {}, roots?: Identity[]) {
  return { files, runs: [], trust: await bench.trust(policy, roots) } satisfies Attacked
}

/** The ledger with these timestamps of its last entry. */
const sealedWith = async (bench: Bench, last: Stamp, policy: Partial<Trust['policy']> = {}) =>
  judged(bench, await ledgerWith(bench, last), policy)

const tokenAt =
  (bench: Bench, minutes: number, by?: Identity): Stamp =>
  async (signature) => [await bench.token(signature, at(minutes), by)]

/** Puts other timestamps into an entry. */
function restamp({ files }: Ledger, index: number, tokens: readonly Uint8Array[]): void {
  const { payload, signature, keyId } = readEnvelope(files.get(ledgerKey(index)) ?? new Uint8Array())
  files.set(ledgerKey(index), writeEnvelope(payload, signature, { keyId }, tokens))
}

const entry = ({ files }: Ledger, index: number) => readEnvelope(files.get(ledgerKey(index)) ?? new Uint8Array())

export const ATTACKS_ON_TIMES: readonly Attack[] = [
  {
    id: '1c',
    attack: 'an untouched export with rotated keys, lines withheld, and a timestamp of each entry',
    expected: {
      exit: 3,
      codes: [],
      incomplete: ['withheld', 'withheld'],
      levels: { intact: 'yes', authentic: 'yes', chained: 'yes', timed: 'yes', complete: 'no', anchored: 'no' },
    },
    make: (bench) => ({ archive: bench.rich, trust: bench.richTrust }),
  },
  {
    id: '1d',
    attack: 'an entry that was made a moment ago, with the timestamp of `openssl ts`, and its head known',
    expected: accepted({
      intact: 'yes',
      authentic: 'yes',
      chained: 'yes',
      timed: 'yes',
      complete: 'yes',
      anchored: 'yes',
    }),
    async make(bench) {
      const ledger = newLedger()
      const stamp: Stamp = async (signature) => {
        const request = writeRequest(signature, nonceFrom(new Uint8Array(16).fill(7)))
        const answer = readResponse(await bench.workshop.reply(bench.authority, request))
        return answer.kind === 'token' ? [answer.token] : []
      }
      const genesis = await ledger.add(signer, part.genesis(signer, KEYS, new Date().toISOString()), { stamp })
      return judged(bench, ledger, { ...REQUIRED, expectHead: { index: 0, sha256: genesis.sha256 } })
    },
  },
  {
    id: '21a',
    attack: 'the timestamp of an entry in the middle removed',
    expected: { ...rejected('previous-wrong'), file: ledgerKey(2) },
    async make(bench) {
      const ledger = await ledgerWith(bench, tokenAt(bench, 16))
      restamp(ledger, 1, [])
      return judged(bench, ledger)
    },
  },
  {
    id: '21b',
    attack: 'the timestamp of the last entry removed, which no entry names yet',
    expected: accepted({ timed: 'partly' }),
    async make(bench) {
      const ledger = await ledgerWith(bench, tokenAt(bench, 16))
      restamp(ledger, 2, [])
      return judged(bench, ledger)
    },
  },
  {
    id: '21c',
    attack: 'the timestamp of the last entry removed, where timestamps are required',
    expected: { ...rejected('timestamps-missing'), file: ledgerKey(2) },
    async make(bench) {
      const ledger = await ledgerWith(bench, tokenAt(bench, 16))
      restamp(ledger, 2, [])
      return judged(bench, ledger, REQUIRED)
    },
  },
  {
    id: '22',
    attack: 'the timestamp of another entry',
    expected: rejected('timestamp-refused'),
    async make(bench) {
      const ledger = await ledgerWith(bench, tokenAt(bench, 16))
      restamp(ledger, 2, entry(ledger, 1).timestamps)
      return judged(bench, ledger)
    },
  },
  {
    id: '23',
    attack: 'the timestamp of an entry in the middle replaced by another good one',
    expected: { ...rejected('previous-wrong'), file: ledgerKey(2) },
    async make(bench) {
      const ledger = await ledgerWith(bench, tokenAt(bench, 16))
      restamp(ledger, 1, [await bench.token(entry(ledger, 1).signature, at(12))])
      return judged(bench, ledger)
    },
  },
  {
    id: '24a',
    attack: 'a seal back-dated: its timestamp is of hours later',
    expected: accepted({ timed: 'late' }),
    make: (bench) => sealedWith(bench, tokenAt(bench, 600)),
  },
  {
    id: '24b',
    attack: 'a seal back-dated, where timestamps are required',
    expected: rejected('timestamps-missing'),
    make: (bench) => sealedWith(bench, tokenAt(bench, 600), REQUIRED),
  },
  {
    id: '24c',
    attack: 'an entry back-dated to before the timestamp of the one before it',
    expected: rejected('timestamp-order'),
    async make(bench) {
      const ledger = await ledgerWith(bench, tokenAt(bench, 16))
      await ledger.add(signer, part.opened(3, at(2)))
      return judged(bench, ledger)
    },
  },
  {
    id: '24d',
    attack: 'a seal dated forward: its timestamp is of before it',
    expected: rejected('timestamp-refused'),
    make: async (bench) => judged(bench, await ledgerWith(bench, tokenAt(bench, 16), 60)),
  },
  {
    id: '24e',
    attack: 'a timestamp signed with a certificate that is not for timestamps',
    expected: rejected('timestamp-refused'),
    async make(bench) {
      const extensions = ['keyUsage=critical,digitalSignature']
      const useless = await bench.workshop.certificate({ name: 'Web', issuer: bench.root, extensions, ...YEARS })
      return sealedWith(bench, tokenAt(bench, 16, useless))
    },
  },
  {
    id: '24f',
    attack: 'timestamps of an authority that is not trusted',
    expected: accepted({ timed: 'no' }),
    async make(bench) {
      const stranger = await bench.workshop.certificate({ name: 'Stranger', extensions: AUTHORITY, ...YEARS })
      return judged(bench, await ledgerWith(bench, tokenAt(bench, 16)), {}, [stranger])
    },
  },
  {
    id: '24g',
    attack: 'timestamps of an authority that is not trusted, where timestamps are required',
    expected: rejected('timestamps-missing'),
    async make(bench) {
      const stranger = await bench.workshop.certificate({ name: 'Stranger', extensions: AUTHORITY, ...YEARS })
      return judged(bench, await ledgerWith(bench, tokenAt(bench, 16)), REQUIRED, [stranger])
    },
  },
  {
    id: '24h',
    attack: 'a timestamp over the SHA-1 of the signature',
    expected: rejected('timestamp-refused'),
    make: (bench) =>
      sealedWith(bench, async (data) => [
        await bench.workshop.sign(bench.authority, tstInfo({ data, hash: 'sha1', time: new Date(at(16)) })),
      ]),
  },
  {
    id: '24i',
    attack: 'a timestamp of a certificate that has expired since',
    expected: accepted({ timed: 'yes' }),
    async make(bench) {
      const times = { from: new Date(at(-60)), to: new Date(at(60)) }
      const expired = { name: 'Short', issuer: bench.root, extensions: TIMESTAMPING, ...times }
      return sealedWith(bench, tokenAt(bench, 16, await bench.workshop.certificate(expired)), REQUIRED)
    },
  },
  {
    id: '24j',
    attack: 'a timestamp signed with RSA and SHA-512',
    expected: accepted({ timed: 'yes' }),
    async make(bench) {
      const rsa = { name: 'RSA', issuer: bench.root, key: 'rsa' as const, extensions: TIMESTAMPING, ...YEARS }
      const by = await bench.workshop.certificate(rsa)
      const stamp: Stamp = async (data) => [
        await bench.workshop.sign(by, tstInfo({ data, time: new Date(at(16)) }), ['-md', 'sha512', '-cades']),
      ]
      return sealedWith(bench, stamp, REQUIRED)
    },
  },
  {
    id: '24k',
    attack: 'timestamps that run backwards along the ledger',
    expected: rejected('timestamp-order'),
    make: async (bench) => judged(bench, await ledgerWith(bench, tokenAt(bench, 10.5), 11)),
  },
  {
    id: '24l',
    attack: 'bytes that are no timestamp',
    expected: rejected('timestamp-refused'),
    make: (bench) => sealedWith(bench, async () => [Buffer.from('no token')]),
  },
]
