import { storeReader } from './bundle/store-reader.ts'
import { verifyEvidence } from './bundle/verify.ts'
import { listRuns, readRun, type StoredRun } from './bundle/read.ts'
import type { CarriedLine, OutcomeLine, RecordsLine } from './model/index-line.ts'
import { planItemId } from './model/index-line.ts'
import type { Plan } from './model/plan.ts'
import type { FindPrevious, PreviousItem } from './model/previous.ts'
import type { Store } from './model/store.ts'
import type { Log } from './sdk/context.ts'

export interface PreviousSearch {
  store: Store
  /** Whose seals are believed: the id of the key this run will be sealed with. */
  keyId: string
  /** Of the run that is under way. */
  plan: Plan
  /** Streams, by id, that have full sweeps. */
  swept: ReadonlySet<string>
  log: Log
}

/** Older runs than the longest cadence are of no use; this many are looked at at most. */
const MOST_RUNS = 100

/**
 * Finds what an increment may build on: the newest run before this one, of the same installation, whose seal verifies
 * under our own key and which read the plan item to its end, of the same source by its own id. Runs in between that do
 * not have the plan item, or not whole, are passed over; one that read it in another way (another `basis`) ends the search.
 * A run that cannot be read or does not verify is told of in the log, and nothing is taken from it.
 */
export function findPrevious(search: PreviousSearch): FindPrevious {
  const numbers = listEarlier(search)
  const runs = new Map<number, Promise<Earlier | undefined>>()
  return async (wanted) => {
    const planItem = planItemId(wanted.source, wanted.stream, wanted.scope)
    for (const number of await numbers) {
      let run = runs.get(number)
      if (run === undefined) runs.set(number, (run = readEarlier(search, number)))
      const item = (await run)?.items.get(planItem)
      if (item === undefined) continue
      const isSame = item.identity === wanted.identity && item.previous.outcome.sweep?.basis === wanted.basis
      return isSame ? item.previous : undefined
    }
    return undefined
  }
}

async function listEarlier({ store, plan }: PreviousSearch): Promise<number[]> {
  const before = (await listRuns(store)).map(({ number }) => number).filter((number) => number < plan.run.number)
  return before.slice(-MOST_RUNS).toReversed()
}

/** What a run has that others can build on, by plan item. */
interface Earlier {
  items: ReadonlyMap<string, { identity: string; previous: PreviousItem }>
}

async function readEarlier(search: PreviousSearch, number: number): Promise<Earlier | undefined> {
  const { store, keyId, plan, swept, log } = search
  try {
    const run = await readRun(store, number)
    const common = commonStreams(run.plan, plan, swept)
    if (run.statement?.predicate.keyid !== keyId || common.size === 0) return undefined
    const found = await itemsOf(run, common)
    if (found.items.size === 0) return undefined
    // A signature that verifies with the key of that id is one of this key, whoever the ledger says to be its root.
    const { levels } = await verifyEvidence({
      reader: storeReader(store),
      trust: 'first-use',
      runs: [number],
      only: (file) => (file.kind === 'records' || file.kind === 'carried') && found.items.has(file.planItem),
    })
    if (levels.intact.value === 'yes' && levels.chained.value === 'yes' && levels.authentic.value !== 'no') return found
    log.warn({ run: number }, 'an earlier run does not verify; nothing is carried over from it')
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error
    log.warn({ run: number, error: name }, 'an earlier run could not be read; nothing is carried over from it')
  }
  return undefined
}

/** Source and stream, of what both plans read in the same way: same installation, collector and stream version. */
function commonStreams(earlier: Plan, now: Plan, swept: ReadonlySet<string>): Set<string> {
  if (earlier.agent.installation !== now.agent.installation) return new Set()
  const before = new Set(streamsOf(earlier, swept).map(({ text }) => text))
  return new Set(
    streamsOf(now, swept)
      .filter(({ text }) => before.has(text))
      .map(({ id }) => id),
  )
}

function streamsOf({ sources }: Plan, swept: ReadonlySet<string>): { id: string; text: string }[] {
  return sources.flatMap(({ id, collector, demo = false, streams }) =>
    streams
      .filter((stream) => swept.has(stream.id))
      .map((stream) => ({
        id: `${id} ${stream.id}`,
        text: JSON.stringify([id, collector, demo, stream.id, stream.version]),
      })),
  )
}

async function itemsOf(
  { number, index }: Pick<StoredRun, 'number' | 'index'>,
  common: ReadonlySet<string>,
): Promise<Earlier> {
  const identities = new Map<string, string>()
  const outcomes: OutcomeLine[] = []
  const records = new Map<string, RecordsLine>()
  const carried = new Map<string, CarriedLine>()
  for await (const line of index()) {
    if (line.kind === 'source') identities.set(line.source, line.identity?.id ?? '')
    else if (line.kind === 'records') records.set(line.planItem, line)
    else if (line.kind === 'carried') carried.set(line.planItem, line)
    else if (line.kind === 'outcome' && common.has(`${line.source} ${line.stream}`)) outcomes.push(line)
  }
  const items = outcomes.flatMap(({ planItem, source, outcome }) => {
    const file = records.get(planItem)
    if (file === undefined || outcome.status !== 'complete' || outcome.sweep === undefined) return []
    const previous = { run: number, outcome, records: file.sha256, carried: carried.get(planItem)?.sha256 }
    return [[planItem, { identity: identities.get(source) ?? '', previous }] as const]
  })
  return { items: new Map(items) }
}
