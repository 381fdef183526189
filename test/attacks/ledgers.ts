import { parseEntry } from '../../src/bundle/ledger.ts'
import { LEDGER_GENESIS, type LedgerStatement } from '../../src/model/statement.ts'
import { ledgerKey } from '../../src/model/common.ts'
import type { Signer } from '../../src/bundle/keys.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { signer } from '../bundle/fixture.ts'
import { keyOf } from '../bundle/ledger-builder.ts'
import { archiveOf, entriesOf } from '../export/support.ts'
import { accepted, type Attack, type Files, incomplete, rejected, untrusted } from './attack.ts'
import { attacker, exported } from './bench.ts'
import { historyOf, reseal, rewrite } from './forge.ts'

/** What was sent out of an entry: its index and the digest of its statement. */
function headAt(files: Files, index: number) {
  const { sha256 } = parseEntry(index, files.get(ledgerKey(index)) ?? new Uint8Array())
  return { index, sha256 }
}

function cut(files: Files, ...prefixes: string[]): Files {
  for (const name of files.keys()) if (prefixes.some((prefix) => name.startsWith(prefix))) files.delete(name)
  return files
}

/** A plan that asks for less, as if it had always done so. */
const milder = (files: Files) =>
  reseal(files, 1, ({ plan }) => {
    for (const check of plan.checks) check.severity = 'low'
  })

/** The same statements, told by somebody else. */
function toldBy(by: Signer, history: LedgerStatement[]): LedgerStatement[] {
  for (const statement of history) {
    statement.predicate.keyid = by.keyId
    if (statement.predicateType !== LEDGER_GENESIS) continue
    statement.subject[0].digest.sha256 = by.keyId
    statement.predicate.keys = [keyOf(by, 'root'), keyOf(by, 'collector')]
  }
  return history
}

export const ATTACKS_ON_LEDGERS: readonly Attack[] = [
  {
    id: '9a',
    attack: 'an entry removed from the middle of the ledger',
    expected: { ...rejected('entry-missing', 'previous-wrong', 'root-wrong', 'open-runs-wrong'), file: ledgerKey(2) },
    make: (bench) => ({ files: cut(bench.files(), ledgerKey(2)) }),
  },
  {
    id: '9b',
    attack: 'and the later ones renumbered',
    expected: rejected(
      'entry-misplaced',
      'previous-wrong',
      'root-wrong',
      'run-mismatch',
      'open-runs-wrong',
      'unreadable',
    ),
    make(bench) {
      const files = bench.files()
      for (const index of [2, 3]) files.set(ledgerKey(index), files.get(ledgerKey(index + 1)) ?? new Uint8Array())
      return { files: cut(files, ledgerKey(4)) }
    },
  },
  {
    id: '10a',
    attack: 'the last run cut off, where no head is known',
    expected: accepted({ chained: 'yes', complete: 'yes', anchored: 'no' }),
    make: (bench) => ({ files: cut(bench.files(), ledgerKey(3), ledgerKey(4), 'runs/000000003/') }),
  },
  {
    id: '10b',
    attack: 'the last entries before the entry of the export cut out of an export',
    expected: rejected(
      'entry-misplaced',
      'previous-wrong',
      'root-wrong',
      'open-runs-wrong',
      'file-added',
      'file-missing',
      'bag-invalid',
    ),
    make: ({ whole }) => ({
      archive: archiveOf(entriesOf(whole).filter(({ name }) => !name.startsWith('data/ledger/000000004'))),
    }),
  },
  {
    id: '11',
    attack: 'the last run cut off, where a head is known',
    expected: { ...rejected('head-missing'), levels: { anchored: 'no' } },
    async make(bench) {
      const expectHead = headAt(bench.files(), 4)
      const files = cut(bench.files(), ledgerKey(3), ledgerKey(4), 'runs/000000003/')
      return { files, trust: await bench.trust({ expectHead }) }
    },
  },
  {
    id: '12',
    attack: 'only the seal of the last run cut off',
    expected: { ...incomplete('open'), levels: { intact: 'yes', chained: 'yes', complete: 'no' } },
    make: (bench) => ({ files: cut(bench.files(), ledgerKey(4)) }),
  },
  {
    id: '13a',
    attack: 'history written anew by the holder of the key, where a head is known',
    expected: { ...rejected('head-mismatch'), levels: { anchored: 'no' } },
    async make(bench) {
      const expectHead = headAt(bench.files(), 4)
      return { files: await milder(bench.files()), trust: await bench.trust({ expectHead }) }
    },
  },
  {
    id: '13b',
    attack: 'history written anew by the holder of the key, where nothing is known of it: nobody can see it',
    expected: accepted({ timed: 'no', anchored: 'no' }),
    make: async (bench) => ({ files: await milder(bench.files()) }),
  },
  {
    id: '13c',
    attack: 'history written anew by the holder of the key, where timestamps are required',
    expected: rejected('timestamps-missing'),
    make: async (bench) => ({
      files: await milder(bench.files()),
      trust: await bench.trust({ requireTimestamps: 1 }),
    }),
  },
  {
    id: '14',
    attack: 'honest evidence of another installation: its key is another one',
    expected: untrusted('signer-untrusted'),
    make: ({ whole }) => ({ archive: whole, trust: trustKeys([attacker.publicKeyPem]) }),
  },
  {
    id: '15a',
    attack: 'the whole ledger made by an attacker, with a key of theirs',
    expected: untrusted('signer-untrusted'),
    async make(bench) {
      const files = bench.files()
      return { files: await rewrite(files, toldBy(attacker, historyOf(files)), attacker) }
    },
  },
  {
    id: '15b',
    attack: 'the whole ledger signed by an attacker in the name of the right key',
    expected: rejected('signature-invalid'),
    async make(bench) {
      const files = bench.files()
      return { files: await rewrite(files, historyOf(files), { ...attacker, keyId: signer.keyId }) }
    },
  },
  {
    id: '15c',
    attack: 'the ledger of an attacker whose genesis names the right key too',
    expected: untrusted('signer-untrusted'),
    async make(bench) {
      const files = bench.files()
      const history = toldBy(attacker, historyOf(files))
      const [genesis] = history
      if (genesis?.predicateType === LEDGER_GENESIS) genesis.predicate.keys.push(keyOf(signer, 'root'))
      return { files: await rewrite(files, history, attacker) }
    },
  },
  {
    id: '15d',
    attack: 'the ledger of an attacker, and nobody trusted but on first use',
    expected: { ...untrusted(), levels: { authentic: 'unpinned' } },
    async make(bench) {
      const files = bench.files()
      return { files: await rewrite(files, toldBy(attacker, historyOf(files)), attacker), trust: 'first-use' }
    },
  },
  {
    id: '16a',
    attack: 'the right key, and the ledger of another installation than the trust policy names',
    expected: rejected('origin-mismatch'),
    make: async (bench) => ({ files: bench.files(), trust: await bench.trust({ origin: 'affiant.dev/acme-test' }) }),
  },
  {
    id: '16b',
    attack: 'an entry of the ledger of another installation with the same key',
    expected: rejected('origin-wrong', 'statement-invalid'),
    async make(bench) {
      const files = bench.files()
      const history = historyOf(files)
      for (const { predicate } of history.slice(3)) {
        predicate.agent.id = 'acme-test'
        predicate.ledger.origin = 'affiant.dev/acme-test'
      }
      return { files: await rewrite(files, history) }
    },
  },
  {
    id: '16c',
    attack: 'another genesis than the trust policy names, signed with the right key',
    expected: rejected('genesis-mismatch'),
    make: async (bench) => ({ files: bench.files(), trust: await bench.trust({ genesis: '00'.repeat(32) }) }),
  },
  {
    id: '70',
    attack: 'an old export shown again, where a later head is known',
    expected: rejected('head-missing'),
    async make(bench) {
      const later = bench.files()
      await exported(later)
      await exported(later)
      return { archive: bench.whole, trust: await bench.trust({ expectHead: headAt(later, 6) }) }
    },
  },
]
