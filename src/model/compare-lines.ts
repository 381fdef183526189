/** Gives the lines of a file in batches, anew at each call. */
export type LineSource = () => AsyncIterable<readonly string[]>

/** A line that is not the same on both sides. Only `to`: added. Only `from`: removed. Both: changed. */
export interface LineChange {
  identity: string
  from?: string
  to?: string
}

/** Takes the changes of one attempt, in no particular order. */
export interface ChangeTally {
  add(change: LineChange): void
}

export interface CompareRequest<Tally extends ChangeTally> {
  from: LineSource
  to: LineSource
  /** Lines of the longer side; decides in how many passes unordered lines are compared. */
  count: number
  /** What a line is about. Lines of the same identity on both sides are one thing that may have changed. */
  identityOf(line: string): string
  /** Called once more if the lines turn out to be unordered; what was given before is then void. */
  tally(): Tally
}

/** Lines held at a time when lines are not in the order of their identity. */
const PART = 100_000

/**
 * Compares two files line by line in bounded memory. Lines in the order of their identity (UTF-16 code units), as records
 * are, are merged in one pass; others are compared part by part, the files being read once for each 100,000 lines.
 * @throws whatever the sources and `identityOf` throw
 */
export async function compareLines<Tally extends ChangeTally>(request: CompareRequest<Tally>): Promise<Tally> {
  const merged = request.tally()
  if (await merge(request, merged)) return merged
  const tally = request.tally()
  const parts = Math.max(1, Math.ceil(request.count / PART))
  for (let part = 0; part < parts; part++)
    await comparePart(request, (identity) => partOf(identity, parts) === part, tally)
  return tally
}

/** `false` as soon as a side is found not to be in strictly ascending order. */
async function merge({ from, to, identityOf }: CompareRequest<ChangeTally>, tally: ChangeTally): Promise<boolean> {
  const left = cursor(from, identityOf)
  const right = cursor(to, identityOf)
  try {
    await left.advance()
    await right.advance()
    while (left.line !== undefined || right.line !== undefined) {
      if (!left.ordered || !right.ordered) return false
      const order = compare(left, right)
      if (order < 0) tally.add({ identity: left.identity, from: left.line as string })
      else if (order > 0) tally.add({ identity: right.identity, to: right.line as string })
      else if (left.line !== right.line) {
        tally.add({ identity: left.identity, from: left.line as string, to: right.line as string })
      }
      const more = order <= 0 ? left.advance() : undefined
      if (more) await more
      const others = order >= 0 ? right.advance() : undefined
      if (others) await others
    }
    return true
  } finally {
    await left.close()
    await right.close()
  }
}

interface Cursor {
  line: string | undefined
  identity: string
  /** No line so far came before or with the one above it. */
  ordered: boolean
  advance(): void | Promise<void>
  close(): Promise<void>
}

function cursor(source: LineSource, identityOf: (line: string) => string): Cursor {
  const batches = source()[Symbol.asyncIterator]()
  let batch: readonly string[] = []
  let at = 0
  let started = false

  function take(): void {
    self.line = batch[at++]
    if (self.line === undefined) return
    const identity = identityOf(self.line)
    if (started && identity <= self.identity) self.ordered = false
    started = true
    self.identity = identity
  }

  async function next(): Promise<void> {
    for (;;) {
      const step = await batches.next()
      batch = step.done === true ? [] : step.value
      at = 0
      if (step.done === true || batch.length > 0) return take()
    }
  }

  const self: Cursor = {
    line: undefined,
    identity: '',
    ordered: true,
    advance: () => (at < batch.length ? take() : next()),
    async close() {
      await batches.return?.()
    },
  }
  return self
}

/** A side that has ended comes after everything. */
function compare(left: Cursor, right: Cursor): number {
  if (left.line === undefined) return 1
  if (right.line === undefined) return -1
  return compareText(left.identity, right.identity)
}

async function comparePart(
  { from, to, identityOf }: CompareRequest<ChangeTally>,
  belongs: (identity: string) => boolean,
  tally: ChangeTally,
): Promise<void> {
  const left = new Map<string, string[]>()
  const right = new Map<string, string[]>()
  for await (const batch of from()) {
    for (const line of batch) {
      const identity = identityOf(line)
      if (belongs(identity)) push(left, identity, line)
    }
  }
  for await (const batch of to()) {
    for (const line of batch) {
      const identity = identityOf(line)
      if (belongs(identity) && !remove(left, identity, line)) push(right, identity, line)
    }
  }
  for (const identity of new Set([...left.keys(), ...right.keys()])) {
    const gone = left.get(identity) ?? []
    const come = right.get(identity) ?? []
    for (let i = 0; i < Math.max(gone.length, come.length); i++) {
      const [before, after] = [gone[i], come[i]]
      tally.add({
        identity,
        ...(before !== undefined && { from: before }),
        ...(after !== undefined && { to: after }),
      })
    }
  }
}

function push(lines: Map<string, string[]>, identity: string, line: string): void {
  const there = lines.get(identity)
  if (there === undefined) lines.set(identity, [line])
  else there.push(line)
}

function remove(lines: Map<string, string[]>, identity: string, line: string): boolean {
  const there = lines.get(identity)
  const at = there?.indexOf(line) ?? -1
  if (there === undefined || at < 0) return false
  if (there.length === 1) lines.delete(identity)
  else there.splice(at, 1)
  return true
}

/** FNV-1a over the code units: spreads, and protects nothing. */
function partOf(identity: string, parts: number): number {
  if (parts === 1) return 0
  let hash = 0x811c9dc5
  for (let i = 0; i < identity.length; i++) hash = Math.imul(hash ^ identity.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % parts
}

/** UTF-16 code-unit order, as everywhere in a bundle. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The first so many of any number of items. */
export interface First<Item> {
  /** Of all items, also those that are not kept. */
  count: number
  /** Whether an item of that order can still be among the first: making it may be saved otherwise. */
  wants(order: string): boolean
  add(order: string, item: Item): void
  list(): Item[]
}

/** Keeps the first so many of any number of items, by a text they are sorted by. */
export function firstOf<Item>(limit: number): First<Item> {
  let kept: { order: string; item: Item }[] = []
  /** The order of the last that was kept, once there are enough. */
  let bound: string | undefined
  const cut = () => {
    kept = kept.sort((a, b) => compareText(a.order, b.order)).slice(0, limit)
    bound = kept.length < limit ? undefined : (kept.at(-1)?.order ?? '')
  }
  const first: First<Item> = {
    count: 0,
    wants: (order) => bound === undefined || order < bound,
    add(order: string, item: Item) {
      first.count += 1
      if (!first.wants(order)) return
      kept.push({ order, item })
      if (kept.length > limit * 2 + 100) cut()
    },
    list() {
      cut()
      return kept.map(({ item }) => item)
    },
  }
  return first
}
