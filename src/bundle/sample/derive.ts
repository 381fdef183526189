import { SAMPLE_METHOD } from '../../model/sample.ts'
import { sha256 } from '../crypto.ts'
import { leafHash } from '../merkle.ts'

/*
 * How a sample follows from its population, as docs/bundle-format.md says it. Nothing here is a matter of choice: whoever has
 * the file of records and four words gets the same picks.
 */

/** What a seed is made of. None of it has a line feed. */
export interface SeedParts {
  /** Digest of the file of records, as it was sealed. */
  population: string
  engagement: string
  control: string
  /** A number, the name of a preset, or `all`. */
  asked: string
}

/** SHA-256 of five lines, in hex. */
export function seedOf({ population, engagement, control, asked }: SeedParts): string {
  return sha256([SAMPLE_METHOD, population, engagement, control, asked, ''].join('\n'))
}

/**
 * Which places of a population are picked: it is cut into as many blocks as items are asked for, as equal as can be, and one
 * place is taken of each. Places count from 0, in the order of the rows.
 * @param size from 1 to `count`
 */
export function pickPlaces(seed: string, size: number, count: number): number[] {
  const edge = (block: number) => Number((BigInt(block) * BigInt(count)) / BigInt(size))
  return Array.from({ length: size }, (_, block) => {
    const from = edge(block)
    const rows = BigInt(edge(block + 1) - from)
    return from + Number(BigInt(`0x${sha256(`${seed}\n${block}\n`)}`) % rows)
  })
}

const HASH_BYTES = 32

/**
 * Takes the lines of a population, in the order of the file, and then draws of them. The rows are ordered by their times, those
 * without a time first, and within one time as they stand in the file, which is by key. Keeps 32 bytes a row and its time.
 */
export function readRows(occurredAt: string | undefined) {
  const times: string[] = []
  let leaves = Buffer.alloc(1024 * HASH_BYTES)
  let count = 0
  return {
    /** @throws SyntaxError or TypeError if the line does not say when it happened */
    add(line: string): void {
      if (occurredAt !== undefined) times.push(timeText(JSON.parse(line), occurredAt))
      if (count * HASH_BYTES === leaves.length) leaves = Buffer.concat([leaves, Buffer.alloc(leaves.length)])
      leaves.write(leafHash(line), count * HASH_BYTES, 'latin1')
      count += 1
    },
    count: () => count,
    /** Leaf hashes of all lines, one after the other. */
    leaves: () => leaves.subarray(0, count * HASH_BYTES),
    /** Numbers of the picked lines, from 1, in the order of the rows. @param size from 1 to the number of rows */
    draw(seed: string, size: number): number[] {
      const places = pickPlaces(seed, size, count)
      if (occurredAt === undefined) return places.map((place) => place + 1)
      const order = Uint32Array.from(times, (_, index) => index)
      // As text without the Z, times in UTC sort as they passed, whatever their fractions of a second.
      order.sort((a, b) => compare(times[a] ?? '', times[b] ?? '') || a - b)
      return places.map((place) => (order[place] ?? 0) + 1)
    },
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Without its final Z; empty for null. */
function timeText(record: unknown, path: string): string {
  let value = record
  for (const name of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name]
  if (value === null) return ''
  if (typeof value === 'string' && value.endsWith('Z')) return value.slice(0, -1)
  throw new TypeError(`${path} is no time in UTC`)
}
