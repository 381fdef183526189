import { describe, expect, it } from 'vitest'
import { BundleError } from '../../src/bundle/errors.ts'
import { stampLedger } from '../../src/bundle/late-tokens-add.ts'
import { lateTokenKey } from '../../src/bundle/late-tokens.ts'
import { readEntry } from '../../src/bundle/ledger.ts'
import { ledgerKey } from '../../src/model/common.ts'
import { keyOf, newLedger, newSigner, part } from './ledger-builder.ts'

const key = newSigner()

/** Five entries; the ones that are named have a token of their own. */
async function ledgerWith(...own: readonly number[]) {
  const ledger = newLedger()
  const stamp = async () => [Buffer.from('own')]
  const options = (index: number) => (own.includes(index) ? { stamp } : {})
  await ledger.add(key, part.genesis(key, [keyOf(key, 'root'), keyOf(key, 'collector')]), options(0))
  await ledger.run(key, 10, options(1))
  await ledger.run(key, 20, options(3))
  return ledger
}

const stamp = async (signature: Uint8Array) => [Buffer.concat([Buffer.from('late '), signature])]

describe('stamping a ledger', () => {
  it('stores a token of each entry that has none beside the ledger, and touches nothing else', async () => {
    const { store, files } = await ledgerWith(1)
    const before = new Map(files)
    const seen: number[] = []
    const result = await stampLedger({ store, stamp, onStamped: (index) => seen.push(index) })
    expect(result).toEqual({ entries: 5, unstamped: 3, stamped: [0, 3, 4] })
    expect(seen).toEqual([0, 3, 4])
    for (const index of [0, 3, 4]) {
      const [token = Buffer.of()] = await stamp((await readEntry(store, index)).envelope.signature)
      expect(files.get(lateTokenKey(index, token))).toEqual(token)
    }
    expect(files.size).toBe(before.size + 3)
    for (const [name, bytes] of before) expect(files.get(name)).toBe(bytes)
  })

  it('asks once: the second time there is nothing to do', async () => {
    const { store } = await ledgerWith()
    expect((await stampLedger({ store, stamp })).stamped).toHaveLength(5)
    const never = async () => {
      throw new Error('asked again')
    }
    expect(await stampLedger({ store, stamp: never })).toEqual({ entries: 5, unstamped: 0, stamped: [] })
  })

  it('gives up where no authority answers, and goes on from there', async () => {
    const { store } = await ledgerWith()
    let answers = 2
    const tired = async (signature: Uint8Array) => (answers-- > 0 ? stamp(signature) : [])
    expect(await stampLedger({ store, stamp: tired })).toEqual({ entries: 5, unstamped: 5, stamped: [0, 1] })
    expect(answers).toBe(-1)
    expect(await stampLedger({ store, stamp })).toEqual({ entries: 5, unstamped: 3, stamped: [2, 3, 4] })
  })

  it('refuses a ledger with a gap, and one whose entry is none', async () => {
    const code = (promise: Promise<unknown>) =>
      promise.catch((error: unknown) => error instanceof BundleError && error.code)
    const gap = await ledgerWith()
    gap.files.delete(ledgerKey(2))
    expect(await code(stampLedger({ store: gap.store, stamp }))).toBe('ledger-invalid')
    const damaged = await ledgerWith()
    damaged.files.set(ledgerKey(2), Buffer.from('{}'))
    expect(await code(stampLedger({ store: damaged.store, stamp }))).toBe('ledger-invalid')
  })
})
