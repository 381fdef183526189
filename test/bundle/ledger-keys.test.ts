import { describe, expect, it } from 'vitest'
import type { Signer } from '../../src/bundle/keys.ts'
import type { Trust } from '../../src/bundle/trust.ts'
import type { LedgerStatement } from '../../src/model/statement.ts'
import { at, digestOf, judge, keyOf, type Ledger, newLedger, newSigner, part, trusting } from './ledger-builder.ts'

const root = newSigner()
const collector = newSigner()
const second = newSigner('ed25519')
const stranger = newSigner()
const keys = [keyOf(root, 'root'), keyOf(collector, 'collector')]

/** A ledger with a root and a collector key, and one sealed run (entries 1 and 2). */
async function started(more: readonly ReturnType<typeof keyOf>[] = []): Promise<Ledger> {
  const ledger = newLedger()
  await ledger.add(root, part.genesis(root, [...keys, ...more]))
  await ledger.run(collector, 10)
  return ledger
}

const policy = (change: Partial<Trust['policy']>, trust = trusting(root)): Trust => ({
  ...trust,
  policy: { ...trust.policy, ...change },
})

describe('the keys that may sign', () => {
  it('are those that the genesis names, if a pinned root key signed it', async () => {
    const { reader } = await started()
    expect(await judge(reader, trusting(root))).toMatchObject({
      failures: [],
      chained: true,
      authentic: 'yes',
      keyIds: [root.keyId, collector.keyId],
      origin: 'affiant.dev/acme-prod',
      anchored: 'not-asked',
    })
  })

  it('may be one key in both roles, named twice', async () => {
    const ledger = newLedger()
    await ledger.add(root, part.genesis(root, [keyOf(root, 'root'), keyOf(root, 'collector')]))
    await ledger.run(root, 10)
    expect(await judge(ledger.reader, trusting(root))).toMatchObject({ failures: [], authentic: 'yes' })
  })

  it('may be rotated: from the entry that adds it a key signs, up to the one that revokes it', async () => {
    const ledger = await started()
    await ledger.add(root, part.added(keyOf(second, 'collector'), at(60)))
    await ledger.run(second, 70)
    await ledger.run(collector, 80)
    await ledger.add(root, part.revoked(collector, 'collector', at(90)))
    await ledger.run(second, 100)
    const verified = await judge(ledger.reader, trusting(root))
    expect(verified).toMatchObject({ failures: [], authentic: 'yes' })
    expect(verified.keyIds).toEqual([root.keyId, collector.keyId, second.keyId])
  })

  it('may be added and revoked by a root key that a root key added', async () => {
    const ledger = await started()
    await ledger.add(root, part.added(keyOf(stranger, 'root'), at(60)))
    await ledger.add(stranger, part.revoked(root, 'root', at(61)))
    await ledger.add(stranger, part.added(keyOf(second, 'collector'), at(62)))
    await ledger.run(second, 70)
    expect((await judge(ledger.reader, trusting(root))).failures).toEqual([])
    await ledger.add(root, part.added(keyOf(newSigner(), 'collector'), at(80)))
    expect((await judge(ledger.reader, trusting(root))).failures).toEqual(['key-revoked 8'])
  })
})

describe('a ledger is not authentic', () => {
  type Case = [string, string[], (ledger: Ledger) => Promise<unknown>]
  const sealedBy =
    (by: Signer, minutes = 20) =>
    (ledger: Ledger) =>
      ledger.run(by, minutes)
  const cases: Case[] = [
    ['a run signed by a stranger', ['signer-untrusted 3', 'signer-untrusted 4'], sealedBy(stranger)],
    [
      'a run signed by a key that is added only afterwards',
      ['signer-untrusted 3', 'signer-untrusted 4'],
      async (ledger) => {
        await ledger.run(second, 20)
        await ledger.add(root, part.added(keyOf(second, 'collector'), at(60)))
      },
    ],
    ['a run signed by the root key', ['key-role-wrong 3', 'key-role-wrong 4'], sealedBy(root)],
    [
      'a key added by a collector key',
      ['key-unauthorized 3', 'signer-untrusted 4', 'signer-untrusted 5'],
      async (ledger) => {
        await ledger.add(collector, part.added(keyOf(stranger, 'collector'), at(20)))
        await ledger.run(stranger, 30)
      },
    ],
    [
      'a key revoked by a collector key: it stays good',
      ['key-unauthorized 3'],
      async (ledger) => {
        await ledger.add(collector, part.revoked(collector, 'collector', at(20)))
        await ledger.run(collector, 30)
      },
    ],
    [
      'a key added by a stranger',
      ['signer-untrusted 3'],
      (ledger) => ledger.add(stranger, part.added(keyOf(stranger, 'root'), at(20))),
    ],
    [
      'a run signed by a key after its revocation',
      ['key-revoked 4', 'key-revoked 5'],
      async (ledger) => {
        await ledger.add(root, part.revoked(collector, 'collector', at(20)))
        await ledger.run(collector, 30)
      },
    ],
    [
      'a revoked key that is added again',
      ['key-invalid 4', 'key-revoked 5', 'key-revoked 6'],
      async (ledger) => {
        await ledger.add(root, part.revoked(collector, 'collector', at(20)))
        await ledger.add(root, part.added(keyOf(collector, 'collector'), at(25)))
        await ledger.run(collector, 30)
      },
    ],
    [
      'a key that is revoked in a role that it has not',
      ['key-invalid 3'],
      (ledger) => ledger.add(root, part.revoked(collector, 'root', at(20))),
    ],
    [
      'a key with another id than it is given',
      ['key-invalid 3', 'signer-untrusted 4', 'signer-untrusted 5'],
      async (ledger) => {
        await ledger.add(
          root,
          part.added({ ...keyOf(second, 'collector'), spki: keyOf(stranger, 'root').spki }, at(20)),
        )
        await ledger.run(second, 30)
      },
    ],
    [
      'bytes that are no key',
      ['key-invalid 3'],
      (ledger) => ledger.add(root, part.added({ ...keyOf(second, 'collector'), spki: 'AAAA' }, at(20))),
    ],
    [
      'base64 of a key in another form',
      ['key-invalid 3'],
      (ledger) =>
        ledger.add(
          root,
          part.added({ ...keyOf(second, 'collector'), spki: `${keyOf(second, 'root').spki}\n` }, at(20)),
        ),
    ],
    [
      'an entry about another key than its subject',
      ['key-invalid 3'],
      (ledger) =>
        ledger.add(root, part.added(keyOf(second, 'collector'), at(20)), {
          change: (statement) => void (statement.subject[0].digest.sha256 = stranger.keyId),
        }),
    ],
    [
      'a statement that names another key than the one that signed it',
      ['statement-invalid 3'],
      (ledger) =>
        ledger.add(collector, part.opened(3, at(20)), {
          change: (statement) => void (statement.predicate.keyid = stranger.keyId),
        }),
    ],
    [
      'a statement that names a key of the ledger, signed by a stranger',
      ['signature-invalid 3'],
      (ledger) =>
        ledger.add(stranger, part.opened(3, at(20)), {
          change: (statement) => void (statement.predicate.keyid = collector.keyId),
        }),
    ],
    [
      'a run before its key was valid, and one after',
      ['key-not-valid 4', 'key-not-valid 5', 'key-not-valid 8', 'key-not-valid 9'],
      async (ledger) => {
        await ledger.add(root, part.added(keyOf(second, 'collector', { notBefore: at(30), notAfter: at(50) }), at(20)))
        await ledger.run(second, 22)
        await ledger.run(second, 31)
        await ledger.run(second, 51)
      },
    ],
  ]
  it.each(cases)('with %s: %j', async (_, expected, change) => {
    const ledger = await started()
    await change(ledger)
    const verified = await judge(ledger.reader, trusting(root))
    expect(verified.failures).toEqual(expected)
    expect(verified.authentic).toBe('no')
  })

  it('if all of it is by the key of somebody else', async () => {
    const verified = await judge((await started()).reader, trusting(stranger))
    expect(verified.failures).toEqual(['signer-untrusted 0', 'signer-untrusted 1', 'signer-untrusted 2'])
    expect(verified).toMatchObject({ authentic: 'no', chained: true })
  })

  it('if its genesis does not name the root key that signed it', async () => {
    const ledger = newLedger()
    await ledger.add(root, part.genesis(root, [keyOf(collector, 'collector')]))
    const verified = await judge(ledger.reader, trusting(root))
    expect(verified.failures).toEqual(['genesis-wrong 0'])
    expect(verified.chained).toBe(false)
  })

  it('if a key that is pinned and that the genesis does not name signs in it', async () => {
    const ledger = await started()
    await ledger.add(second, part.added(keyOf(stranger, 'collector'), at(20)))
    expect((await judge(ledger.reader, trusting(root, second))).failures).toEqual(['signer-untrusted 3'])
  })
})

describe('a compromised key', () => {
  it('lets nothing stand that no trusted timestamp shows to be older', async () => {
    const ledger = await started()
    await ledger.add(root, part.added(keyOf(second, 'collector'), at(60)))
    await ledger.run(second, 70)
    await ledger.add(root, part.revoked(collector, 'collector', at(80), { reason: 'compromised', since: at(65) }))
    const verified = await judge(ledger.reader, trusting(root))
    expect(verified.failures).toEqual(['key-revoked 1', 'key-revoked 2'])
    expect(verified.authentic).toBe('no')
  })
})

describe('without a pinned key', () => {
  it('on first use the root key of the genesis is taken, and what it does not vouch for is refused', async () => {
    const ledger = await started()
    expect(await judge(ledger.reader, 'first-use')).toMatchObject({ failures: [], authentic: 'unpinned' })
    await ledger.run(stranger, 20)
    expect(await judge(ledger.reader, 'first-use')).toMatchObject({
      failures: ['signer-untrusted 3', 'signer-untrusted 4'],
      authentic: 'no',
    })
  })

  it('with nobody trusted all else is checked, and the signer is named once', async () => {
    const ledger = await started()
    expect(await judge(ledger.reader, undefined)).toMatchObject({ failures: ['signer-unknown 0'], authentic: 'no' })
    await ledger.add(stranger, part.opened(3, at(20)), {
      change: (statement: LedgerStatement) => void (statement.predicate.keyid = collector.keyId),
    })
    expect((await judge(ledger.reader, undefined)).failures).toEqual(['signer-unknown 0', 'signature-invalid 3'])
  })

  it('and without a genesis every key that nothing names is said once', async () => {
    const ledger = await started()
    ledger.files.delete('ledger/000000000.sigstore.json')
    const verified = await judge(ledger.reader, 'first-use')
    expect(verified.failures.filter((failure) => failure.startsWith('signer'))).toEqual(['signer-untrusted 1'])
    expect(verified).toMatchObject({ authentic: 'no', chained: false })
  })
})

describe('what the policy expects of the ledger', () => {
  it('its name and its genesis', async () => {
    const { reader, files } = await started()
    expect((await judge(reader, policy({ origin: 'affiant.dev/acme-prod' }))).failures).toEqual([])
    expect((await judge(reader, policy({ origin: 'affiant.dev/other' }))).failures).toEqual(['origin-mismatch 0'])
    expect((await judge(reader, policy({ genesis: 'c'.repeat(64) }))).failures).toEqual(['genesis-mismatch 0'])
    expect(files.size).toBe(3)
  })

  it('its head: found, another one, cut off, or grown since', async () => {
    const ledger = await started()
    const head = ledger.head()
    if (head === undefined) throw new Error('no head')
    const known = policy({ expectHead: { index: 2, sha256: digestOf(head) } })
    expect(await judge(ledger.reader, known)).toMatchObject({ failures: [], anchored: 'yes' })
    await ledger.run(collector, 30)
    expect(await judge(ledger.reader, known)).toMatchObject({ failures: [], anchored: 'yes', head: { index: 4 } })

    const rewritten = await started()
    await rewritten.run(collector, 40)
    const other = policy({ expectHead: { index: 4, sha256: ledger.head()?.sha256 ?? '' } })
    expect(await judge(rewritten.reader, other)).toMatchObject({ failures: ['head-mismatch 4'], anchored: 'no' })
    rewritten.files.delete('ledger/000000004.sigstore.json')
    const cut = await judge(rewritten.reader, other)
    expect(cut).toMatchObject({ failures: ['head-missing ledger'], anchored: 'no', head: { index: 3 } })
    expect(cut.runs.map(({ number, end }) => [number, end?.kind])).toEqual([
      [1, 'sealed'],
      [3, undefined],
    ])
  })
})
