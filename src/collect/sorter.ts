import type { Evidence, ObjectWriter, StoredObject } from '../model/staging.ts'

const CHUNK_CHARACTERS = 4 * 1024 * 1024

export interface SortedLines {
  /** Takes one line with its key, in any order. */
  add(key: string, line: string): void | Promise<void>
  /** Writes all lines in key order. Unless equal keys are allowed, the first line of a key is kept and `duplicates` counts the others. */
  finish(): Promise<{ object: StoredObject; duplicates: number }>
  discard(): Promise<void>
}

/**
 * Sorts lines by key (UTF-16 code units) in bounded memory, so that unchanged evidence has unchanged bytes whatever order
 * the source answered in, and every key that comes twice is noticed. Lines that arrive in order go straight to the file;
 * otherwise sorted runs are written aside and merged. `keyOf` gives the key of a line read back.
 * With `tree` the finished file has a Merkle tree over its lines.
 */
export function sortLines(
  evidence: Evidence,
  keyOf: (line: string) => string,
  { allowEqual = false, tree = false }: { allowEqual?: boolean; tree?: boolean } = {},
): SortedLines {
  let ordered: ObjectWriter | undefined
  let lastKey: string | undefined
  const runs: ObjectWriter[] = []
  let chunk: Line[] = []
  let characters = 0
  let duplicates = 0

  async function spill(): Promise<void> {
    const run = await evidence.create()
    runs.push(run)
    for (const { line } of chunk.sort(byKey)) {
      const full = run.write(line)
      if (full) await full
    }
    chunk = []
    characters = 0
  }

  function buffer(key: string, line: string): void | Promise<void> {
    chunk.push({ key, line })
    characters += line.length
    return characters > CHUNK_CHARACTERS ? spill() : undefined
  }

  async function start(key: string, line: string): Promise<void> {
    ordered = await evidence.create({ tree })
    lastKey = key
    await ordered.write(line)
  }

  return {
    add(key, line) {
      if (ordered === undefined) return start(key, line)
      if (lastKey === undefined || chunk.length > 0 || runs.length > 0 || key < lastKey) return buffer(key, line)
      if (key === lastKey && !allowEqual) {
        duplicates += 1
        return undefined
      }
      lastKey = key
      return ordered.write(line)
    },
    async finish() {
      ordered ??= await evidence.create({ tree })
      if (chunk.length === 0 && runs.length === 0) return { object: await ordered.store(), duplicates }
      const output = await evidence.create({ tree })
      try {
        const sources = [ordered, ...runs].map((run) => readRun(run, keyOf))
        sources.push(fromMemory(chunk.sort(byKey)))
        let previous: string | undefined
        for await (const { key, line } of merge(sources)) {
          if (key === previous && !allowEqual) duplicates += 1
          else {
            const full = output.write(line)
            if (full) await full
          }
          previous = key
        }
        const object = await output.store()
        return { object, duplicates }
      } catch (error) {
        await output.discard()
        throw error
      } finally {
        await this.discard()
      }
    },
    async discard() {
      const open = ordered === undefined ? runs : [ordered, ...runs]
      await Promise.all(open.splice(0).map((run) => run.discard()))
      runs.length = 0
      chunk = []
    },
  }
}

interface Line {
  key: string
  line: string
}

function byKey(a: Line, b: Line): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

async function* readRun(run: ObjectWriter, keyOf: (line: string) => string): AsyncGenerator<Line[]> {
  for await (const batch of run.lines()) yield batch.map((line) => ({ key: keyOf(line), line }))
}

async function* fromMemory(lines: Line[]): AsyncGenerator<Line[]> {
  yield lines
}

/** Merges sorted sources; of equal keys, the earlier source's line comes first. */
async function* merge(sources: AsyncGenerator<Line[]>[]): AsyncGenerator<Line> {
  const cursors: { source: AsyncGenerator<Line[]>; batch: Line[]; position: number }[] = []
  for (const source of sources) {
    const cursor = { source, batch: [] as Line[], position: 0 }
    if (await advance(cursor)) cursors.push(cursor)
  }
  while (cursors.length > 0) {
    let least = cursors[0] as (typeof cursors)[number]
    let leastLine = least.batch[least.position] as Line
    for (const cursor of cursors) {
      const line = cursor.batch[cursor.position] as Line
      if (line.key < leastLine.key) {
        least = cursor
        leastLine = line
      }
    }
    yield leastLine
    least.position += 1
    if (least.position >= least.batch.length && !(await advance(least))) cursors.splice(cursors.indexOf(least), 1)
  }
}

async function advance(cursor: { source: AsyncGenerator<Line[]>; batch: Line[]; position: number }): Promise<boolean> {
  do {
    const next = await cursor.source.next()
    if (next.done) return false
    cursor.batch = next.value
    cursor.position = 0
  } while (cursor.batch.length === 0)
  return true
}
