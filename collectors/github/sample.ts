/** How many repositories are read by the second route too. */
export const SAMPLE_SIZE = 3

/**
 * The few that are looked at twice: those whose digest is smallest, so that the choice is the same each time and does not
 * depend on the order of the list.
 */
export function createSample<T>(size: number) {
  const chosen: { digest: number; id: string; value: T }[] = []
  return {
    offer(id: string, value: T): void {
      chosen.push({ digest: digestOf(id), id, value })
      chosen.sort((a, b) => a.digest - b.digest || (a.id < b.id ? -1 : 1))
      chosen.splice(size)
    },
    values: (): T[] => chosen.map(({ value }) => value),
  }
}

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/), and mixed once more: ids differ in their last letters. */
function digestOf(text: string): number {
  let hash = 0x811c9dc5
  for (let place = 0; place < text.length; place++) {
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** Whether two readings say the same. What either of them does not say (`null`) is no difference. */
export function agree(one: unknown, other: unknown): boolean {
  if (one === null || other === null) return true
  if (typeof one !== 'object' || typeof other !== 'object') return one === other
  const left = Object.entries(one)
  const right = new Map(Object.entries(other))
  return left.length === right.size && left.every(([name, value]) => right.has(name) && agree(value, right.get(name)))
}
