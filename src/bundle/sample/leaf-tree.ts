import { type Hash, nodeHash, type Step } from '../merkle.ts'

const HASH_BYTES = 32

/** A tree over all leaves of which many paths are asked for: 64 bytes a leaf, and no path costs more than its length. */
export interface LeafTree {
  leaf(index: number): Hash
  root(): Hash
  path(index: number): Step[]
}

/** @param leaves leaf hashes, at least one, one after the other */
export function leafTree(leaves: Buffer): LeafTree {
  const levels = [leaves]
  for (let level = leaves; level.length > HASH_BYTES; level = levels.at(-1) ?? level) levels.push(levelAbove(level))
  return {
    leaf: (index) => at(leaves, index),
    root: () => at(levels.at(-1) ?? leaves, 0),
    path(index) {
      const steps: Step[] = []
      for (const [height, level] of levels.slice(0, -1).entries()) {
        const place = Math.floor(index / 2 ** height)
        const sibling = place % 2 === 1 ? place - 1 : place + 1
        if (sibling * HASH_BYTES < level.length)
          steps.push({ side: place % 2 === 1 ? 'left' : 'right', hash: at(level, sibling) })
      }
      return steps
    },
  }
}

function at(level: Buffer, index: number): Hash {
  return level.toString('latin1', index * HASH_BYTES, (index + 1) * HASH_BYTES)
}

function levelAbove(level: Buffer): Buffer {
  const count = level.length / HASH_BYTES
  const above = Buffer.alloc(Math.ceil(count / 2) * HASH_BYTES)
  for (let i = 0; i < count; i += 2) {
    const node = i + 1 < count ? nodeHash(at(level, i), at(level, i + 1)) : at(level, i)
    above.write(node, (i / 2) * HASH_BYTES, 'latin1')
  }
  return above
}
