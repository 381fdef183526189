import { at, keyOf, type Ledger, newLedger, newSigner, part } from '../bundle/ledger-builder.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { readFile } from 'node:fs/promises'
import { type Attack, accepted, type Attacked, rejected } from './attack.ts'
import type { Bench } from './bench.ts'

const root = newSigner()
const collector = newSigner()
const second = newSigner()

const stampAt = (bench: Bench, minutes: number) => ({
  stamp: async (signature: Uint8Array) => [await bench.token(signature, at(minutes))],
})

/** A genesis that names a root and a collector key. */
async function started(): Promise<Ledger> {
  const ledger = newLedger()
  await ledger.add(root, part.genesis(root, [keyOf(root, 'root'), keyOf(collector, 'collector')]))
  return ledger
}

async function judged(bench: Bench, { files }: Ledger): Promise<Attacked> {
  return { files, runs: [], trust: trustKeys([root.publicKeyPem], [await readFile(bench.root.cert, 'utf8')]) }
}

/** A run by a key that is valid from minute 30 to minute 50. `seen`: the minute of the timestamps. */
async function runAt(bench: Bench, claimed: number, seen?: number): Promise<Attacked> {
  const ledger = await started()
  await ledger.add(root, part.added(keyOf(second, 'collector', { notBefore: at(30), notAfter: at(50) }), at(20)))
  await ledger.run(second, claimed, seen === undefined ? {} : stampAt(bench, seen))
  return judged(bench, ledger)
}

/** A run, and then its key is said to have been known to others since minute 20. */
async function compromised(bench: Bench, seen?: number): Promise<Attacked> {
  const ledger = await started()
  await ledger.run(collector, 10, seen === undefined ? {} : stampAt(bench, seen))
  await ledger.add(root, part.revoked(collector, 'collector', at(60), { reason: 'compromised', since: at(20) }))
  return judged(bench, ledger)
}

export const ATTACKS_ON_KEYS: readonly Attack[] = [
  {
    id: '17',
    attack: 'a run signed before its key was valid',
    expected: rejected('key-not-valid'),
    make: (bench) => runAt(bench, 22),
  },
  {
    id: '18',
    attack: 'a run signed with a key that had expired when the timestamp was made, whatever the run claims',
    expected: rejected('key-not-valid'),
    make: (bench) => runAt(bench, 44, 53),
  },
  {
    id: '19',
    attack: 'a key that was compromised after the timestamp of what it signed',
    expected: accepted({ authentic: 'yes' }),
    make: (bench) => compromised(bench, 14),
  },
  {
    id: '20a',
    attack: 'a run signed with a key that was revoked before',
    expected: rejected('key-revoked'),
    async make(bench) {
      const ledger = await started()
      await ledger.add(root, part.revoked(collector, 'collector', at(5)))
      await ledger.run(collector, 10)
      return judged(bench, ledger)
    },
  },
  {
    id: '20b',
    attack: 'a run signed with a compromised key, and no timestamp shows that it is older',
    expected: rejected('key-revoked'),
    make: (bench) => compromised(bench),
  },
  {
    id: '20c',
    attack: 'a run signed with a compromised key, with a timestamp of a time at which others had it',
    expected: rejected('key-revoked'),
    make: (bench) => compromised(bench, 25),
  },
  {
    id: '77a',
    attack: 'a key added by a collector key',
    expected: rejected('key-unauthorized'),
    async make(bench) {
      const ledger = await started()
      await ledger.add(collector, part.added(keyOf(second, 'collector'), at(20)))
      return judged(bench, ledger)
    },
  },
  {
    id: '77b',
    attack: 'and a run signed with the key that it added',
    expected: rejected('key-unauthorized', 'signer-untrusted'),
    async make(bench) {
      const ledger = await started()
      await ledger.add(collector, part.added(keyOf(second, 'collector'), at(20)))
      await ledger.run(second, 30)
      return judged(bench, ledger)
    },
  },
  {
    id: '77c',
    attack: 'a root key revoked by a collector key',
    expected: rejected('key-unauthorized'),
    async make(bench) {
      const ledger = await started()
      await ledger.add(collector, part.revoked(root, 'root', at(20)))
      return judged(bench, ledger)
    },
  },
  {
    id: '77d',
    attack: 'a run signed with the root key, which may not sign runs',
    expected: rejected('key-role-wrong'),
    async make(bench) {
      const ledger = await started()
      await ledger.run(root, 10)
      return judged(bench, ledger)
    },
  },
  {
    id: '77e',
    attack: 'a key added under the id of another one',
    expected: rejected('key-invalid'),
    async make(bench) {
      const ledger = await started()
      await ledger.add(root, part.added({ ...keyOf(second, 'collector'), keyid: collector.keyId }, at(20)))
      return judged(bench, ledger)
    },
  },
]
