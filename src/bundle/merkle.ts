import { sha256, sha256Binary } from './crypto.ts'

/*
 * Merkle trees as RFC 6962, section 2.1, defines them (SHA-256): a leaf is H(00 || entry), a node H(01 || left || right),
 * the tree of nothing H(). An odd node goes up as it is; it is never paired with itself.
 */

/** How a statement names this kind of tree. */
export const TREE_HASH = 'rfc6962-sha256'

const HASH_BYTES = 32

/** 32 bytes as a string of one character a byte: five times as fast to make as a `Buffer`, and a tree makes two a line. */
export type Hash = string

/** H(00 || entry). Text is taken as UTF-8. */
export function leafHash(entry: Uint8Array | string): Hash {
  return hashPrefixed(typeof entry === 'string' ? `\0${entry}` : Buffer.concat([Buffer.of(0), entry]))
}

/** The leaf hash of an entry that has its zero byte before it already. */
function hashPrefixed(entry: Uint8Array | string): Hash {
  return sha256Binary(entry)
}

const node = Buffer.alloc(1 + 2 * HASH_BYTES, 1)

/** H(01 || left || right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  node.write(left, 1, HASH_BYTES, 'latin1')
  node.write(right, 1 + HASH_BYTES, HASH_BYTES, 'latin1')
  return sha256Binary(node)
}

/** The hash that is written in hex. */
export function hashOf(hex: string): Hash {
  return Buffer.from(hex, 'hex').toString('latin1')
}

/** Lower-case hex, as digests are written everywhere in a bundle. */
export function hexOf(bytes: Hash): string {
  return Buffer.from(bytes, 'latin1').toString('hex')
}

/**
 * A tree that grows: of all its leaves it keeps the roots of the perfect subtrees they fall into, from left to right, one
 * for each bit set in its size. Adding a leaf takes amortised constant time, the root logarithmic.
 */
export interface CompactRange {
  size(): number
  add(leaf: Hash): void
  /** The kept roots in lower-case hex, the largest subtree first. */
  hashes(): string[]
  /** Lower-case hex. */
  rootHash(): string
}

/**
 * @param size leaves that went in before
 * @param hashes what {@link CompactRange.hashes} gave for them
 * @throws RangeError if there are not as many hashes as subtrees
 */
export function compactRange(size = 0, hashes: readonly string[] = []): CompactRange {
  if (hashes.length !== subtrees(size))
    throw new RangeError(`${hashes.length} hashes are not a range of ${size} leaves`)
  const roots: Hash[] = hashes.map(hashOf)
  return {
    size: () => size,
    add(leaf) {
      let root = leaf
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) root = nodeHash(roots.pop() as Hash, root)
      roots.push(root)
      size += 1
    },
    hashes: () => roots.map(hexOf),
    rootHash() {
      const last = roots.at(-1)
      if (last === undefined) return sha256('')
      let root = last
      for (let i = roots.length - 2; i >= 0; i--) root = nodeHash(roots[i] as Hash, root)
      return hexOf(root)
    },
  }
}

function subtrees(size: number): number {
  return size === 0 ? 0 : size.toString(2).replaceAll('0', '').length
}

/** Root over leaf hashes, lower-case hex. */
export function rootOf(leaves: Iterable<Hash>): string {
  const range = compactRange()
  for (const leaf of leaves) range.add(leaf)
  return range.rootHash()
}

/** A sibling on the way from a leaf to the root, and on which side of the way it stands. */
export interface Step {
  side: 'left' | 'right'
  hash: Hash
}

/**
 * The siblings from the leaf up: the audit path of RFC 6962, section 2.1.1.
 * @param leaves leaf hashes
 * @throws RangeError if there is no such leaf
 */
export function inclusionPath(leaves: readonly Hash[], index: number): Step[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new RangeError(`there is no leaf ${index} of ${leaves.length}`)
  const path: Step[] = []
  let level = leaves
  for (let at = index; level.length > 1; at = Math.floor(at / 2)) {
    const sibling = level[at % 2 === 1 ? at - 1 : at + 1]
    if (sibling !== undefined) path.push({ side: at % 2 === 1 ? 'left' : 'right', hash: sibling })
    level = levelAbove(level)
  }
  return path
}

function levelAbove(level: readonly Hash[]): Hash[] {
  const above: Hash[] = []
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i] as Hash
    const right = level[i + 1]
    above.push(right === undefined ? left : nodeHash(left, right))
  }
  return above
}

export interface Inclusion {
  /** Leaf hash. */
  leaf: Hash
  index: number
  /** Leaves of the tree. */
  size: number
  path: readonly Hash[]
  /** Lower-case hex. */
  rootHash: string
}

/**
 * Whether the path proves that the leaf stands at this index of the tree. The sides follow from index and size (RFC 9162,
 * section 2.1.3.2), so a path of another length, place or size is refused.
 */
export function verifyInclusion({ leaf, index, size, path, rootHash }: Inclusion): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let at = index
  let last = size - 1
  let root = leaf
  for (const sibling of path) {
    if (last === 0 || sibling.length !== HASH_BYTES) return false
    if (at % 2 === 1 || at === last) {
      root = nodeHash(sibling, root)
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2)
        last = Math.floor(last / 2)
      }
    } else {
      root = nodeHash(root, sibling)
    }
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && hexOf(root) === rootHash
}

/** The tree over the lines of a file that is being written; see `Evidence`. */
export function lineTree() {
  const range = compactRange()
  return {
    /** @param line its bytes without line feed, after a zero byte */
    add: (line: Uint8Array) => range.add(hashPrefixed(line)),
    rootHash: range.rootHash,
  }
}
