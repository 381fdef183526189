import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compactRange,
  type Hash,
  hexOf,
  inclusionPath,
  leafHash,
  lineTree,
  nodeHash,
  rootOf,
  verifyInclusion,
} from '../../src/bundle/merkle.ts'

// The leaves and roots of the reference tests of Certificate Transparency (github.com/google/certificate-transparency,
// merkle_tree_test), for trees of 0 to 8 leaves.
const CT_LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const CT_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const ctLeaves = CT_LEAVES.map((hex) => leafHash(Buffer.from(hex, 'hex')))

/** As the text of RFC 6962 defines it, recursively; nothing of it is shared with what is tested. */
function definition(entries: readonly Buffer[]): Buffer {
  const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  const [first] = entries
  if (first === undefined) return sha()
  if (entries.length === 1) return sha(Buffer.of(0), first)
  let k = 1
  while (k * 2 < entries.length) k *= 2
  return sha(Buffer.of(1), definition(entries.slice(0, k)), definition(entries.slice(k)))
}

const entriesOf = (size: number) => Array.from({ length: size }, (_, i) => Buffer.from(`entry ${i}`))

describe('the root', () => {
  it.each(CT_ROOTS.map((root, size) => [size, root] as const))(
    'of %i leaves is that of the CT vectors',
    (size, root) => {
      expect(rootOf(ctLeaves.slice(0, size))).toBe(root)
    },
  )

  it('is that of the definition for sizes 0 to 130, also when the range is taken up again at any point', () => {
    let kept = { size: 0, hashes: [] as string[] }
    for (let size = 0; size <= 130; size++) {
      const entries = entriesOf(size)
      const expected = definition(entries).toString('hex')
      expect(rootOf(entries.map((entry) => leafHash(entry)))).toBe(expected)
      const range = compactRange(kept.size, kept.hashes)
      expect(range.rootHash()).toBe(expected)
      range.add(leafHash(`entry ${size}`))
      kept = { size: range.size(), hashes: range.hashes() }
    }
  })

  it('grows with the lines of a file', () => {
    const tree = lineTree()
    for (const line of ['a', 'ü', '']) tree.add(Buffer.from(`\0${line}`))
    expect(tree.rootHash()).toBe(rootOf(['a', 'ü', ''].map(leafHash)))
  })

  it('does not go on from a range of another size', () => {
    expect(() => compactRange(3, ['00'.repeat(32)])).toThrow(RangeError)
    expect(() => compactRange(0, ['00'.repeat(32)])).toThrow(RangeError)
  })
})

describe('a proof', () => {
  it('of every leaf of every tree of 1 to 65 leaves verifies, and in no other place', () => {
    for (let size = 1; size <= 65; size++) {
      const leaves = entriesOf(size).map((entry) => leafHash(entry))
      const rootHash = rootOf(leaves)
      for (const [index, leaf] of leaves.entries()) {
        const steps = inclusionPath(leaves, index)
        const path = steps.map(({ hash }) => hash)
        expect(verifyInclusion({ leaf, index, size, path, rootHash })).toBe(true)
        // Folding the steps by their sides, as the script does, gives the same root.
        const folded = steps.reduce(
          (node: Hash, { side, hash }) => (side === 'left' ? nodeHash(hash, node) : nodeHash(node, hash)),
          leaf,
        )
        expect(hexOf(folded)).toBe(rootHash)
        const places = leaves.map((_, other) => verifyInclusion({ leaf, index: other, size, path, rootHash }))
        expect(places).toEqual(leaves.map((_, other) => other === index))
        expect(verifyInclusion({ leaf, index, size, path: [...path, leaf], rootHash })).toBe(false)
        // The only leaf of a tree has no path to shorten.
        const shortened = verifyInclusion({ leaf, index, size, path: path.slice(1), rootHash })
        expect(shortened).toBe(size === 1)
      }
    }
  })

  it('is refused with any byte changed', () => {
    const leaves = entriesOf(37).map((entry) => leafHash(entry))
    const rootHash = rootOf(leaves)
    fc.assert(
      fc.property(fc.nat(36), fc.nat(), fc.nat(31), fc.integer({ min: 1, max: 255 }), (index, which, at, mask) => {
        const hashes = [leaves[index] as Hash, ...inclusionPath(leaves, index).map(({ hash }) => hash)]
        const bytes = Buffer.from(hashes[which % hashes.length] as Hash, 'latin1')
        bytes[at]! ^= mask
        hashes[which % hashes.length] = bytes.toString('latin1')
        const [leaf, ...path] = hashes as [Hash, ...Hash[]]
        expect(verifyInclusion({ leaf, index, size: 37, path, rootHash })).toBe(false)
      }),
    )
  })

  it.each([-1, 3, 0.5, Number.NaN])('does not exist for the index %s of 3', (index) => {
    const leaves = entriesOf(3).map((entry) => leafHash(entry))
    expect(() => inclusionPath(leaves, index)).toThrow()
    expect(verifyInclusion({ leaf: leaves[0] as Hash, index, size: 3, path: [], rootHash: rootOf(leaves) })).toBe(false)
  })

  it('never takes a node for a leaf', () => {
    const [a, b] = entriesOf(2).map((entry) => leafHash(entry)) as [Hash, Hash]
    const rootHash = hexOf(nodeHash(a, b))
    expect(hexOf(leafHash(Buffer.from(a + b, 'latin1')))).not.toBe(rootHash)
  })
})
