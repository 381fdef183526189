import {
  LEDGER_GENESIS,
  type LedgerPosition,
  type LedgerStatement,
  RUN_ABORTED,
  RUN_OPENED,
  RUN_SEALED,
} from '../model/statement.ts'
import { type LedgerEntry, openAfter, originOf, previousOf, runOf } from './ledger.ts'
import { type CompactRange, compactRange, leafHash } from './merkle.ts'
import type { Report } from './reasons.ts'

type OfRun = Extract<LedgerStatement, { predicateType: typeof RUN_OPENED | typeof RUN_SEALED | typeof RUN_ABORTED }>

/** What the verifier remembers of the opening of a run that is open. */
interface Opened {
  openedAt: string
  planSha256: string
}

interface Chain {
  origin: string
  tree: CompactRange
  previous: NonNullable<LedgerPosition['previous']> | undefined
  open: number[]
  openings: Map<number, Opened>
}

/**
 * Compares each entry with those before it: place, origin, digests of the previous entry, Merkle root, open runs, and what
 * it says of a run with what the opening said. Entries are given in order. The first may be any: what came before it is
 * then taken from itself.
 */
export function checkChain(): { add(entry: LedgerEntry, problem: Report): void } {
  let chain: Chain | undefined
  return {
    add(entry, problem) {
      const { statement, index } = entry
      const { ledger } = statement.predicate
      if (ledger.index !== index) problem('entry-misplaced', `the statement is that of entry ${ledger.index}`)
      chain ??= startAt(entry)
      checkPosition(entry, chain, problem)
      checkRun(entry, chain, problem)
      chain.open = openAfter(chain.open, statement)
      if (!same(ledger.open, chain.open))
        problem('open-runs-wrong', `it lists [${ledger.open.join(', ')}], and open are [${chain.open.join(', ')}]`)
      // What is wrong is said once: the next entry is compared with what this one says.
      chain.open = [...ledger.open]
      chain.tree = ownRange(entry) ?? chain.tree
      chain.tree.add(leafHash(entry.envelope.payload))
      chain.previous = previousOf(entry)
    },
  }
}

function startAt(entry: LedgerEntry): Chain {
  const { ledger } = entry.statement.predicate
  const run = runOf(entry.statement)
  const before = run?.opens ? ledger.open.filter((number) => number !== run.number) : ledger.open
  const start = { origin: ledger.origin, open: [...before], openings: new Map(), previous: ledger.previous }
  // Entry 0 comes after nothing, whatever it says.
  if (entry.index === 0) return { ...start, tree: compactRange(), previous: undefined, open: [] }
  return { ...start, tree: ownRange(entry) ?? compactRange() }
}

function ownRange({ index, statement }: LedgerEntry): CompactRange | undefined {
  try {
    return compactRange(index, statement.predicate.ledger.tree.range)
  } catch {
    return undefined
  }
}

function same<Item>(a: readonly Item[], b: readonly Item[]): boolean {
  return a.length === b.length && a.every((item, place) => item === b[place])
}

/** The digests that an entry names of the one before it, in a row. */
function digestsOf(previous: LedgerPosition['previous']): string[] {
  if (previous === undefined) return []
  const { statement, signature, timestamps } = previous
  return [statement, signature, ...timestamps].map(({ sha256 }) => sha256)
}

function checkPosition({ statement, index }: LedgerEntry, chain: Chain, problem: Report): void {
  const { ledger, agent, keyid } = statement.predicate
  if (ledger.origin !== chain.origin)
    problem('origin-wrong', `it belongs to ${ledger.origin}, and the ledger is ${chain.origin}`)
  else if (ledger.origin !== originOf(agent.id)) problem('origin-wrong', `it was written by ${agent.id}`)
  if (!same(digestsOf(ledger.previous), digestsOf(chain.previous)))
    problem('previous-wrong', 'what it names as the entry before it is another one, or was changed')
  const { tree } = chain
  const { size, rootHash, range } = ledger.tree
  if (size !== tree.size() || rootHash !== tree.rootHash() || !same(range, tree.hashes()))
    problem('root-wrong', `its tree is not that of the ${tree.size()} entries before it`)
  const isGenesis = statement.predicateType === LEDGER_GENESIS
  if (isGenesis !== (index === 0)) problem('genesis-wrong', isGenesis ? 'a second genesis' : 'it is no genesis')
  if (isGenesis) {
    const named = statement.predicate.keys.some(({ keyid: id, role }) => id === keyid && role === 'root')
    if (!named || statement.subject[0].digest.sha256 !== keyid)
      problem('genesis-wrong', 'it is not signed with the root key that it names')
  }
}

function isOfRun(statement: LedgerStatement): statement is OfRun {
  return runOf(statement) !== undefined
}

function checkRun({ statement, index }: LedgerEntry, chain: Chain, problem: Report): void {
  if (!isOfRun(statement)) return
  const { number } = statement.predicate.run
  if (statement.predicateType === RUN_OPENED) {
    if (number !== index) problem('run-mismatch', `it opens run ${number}, and stands at ${index}`)
    chain.openings.set(number, {
      openedAt: statement.predicate.run.openedAt,
      planSha256: statement.subject[0].digest.sha256,
    })
    return
  }
  const opening = chain.openings.get(number)
  if (!chain.open.includes(number)) {
    // Kept after the end, so that a second end can be told from one without opening.
    if (opening) problem('sealed-twice', `run ${number} was ended before`)
    else problem('sealed-unopened', `run ${number} was not opened`)
  }
  const { openedAt } = statement.predicate.run
  const endedAt =
    statement.predicateType === RUN_SEALED ? statement.predicate.run.sealedAt : statement.predicate.run.abortedAt
  if (endedAt < openedAt) problem('times-wrong', `run ${number} ended at ${endedAt} and was opened at ${openedAt}`)
  if (!opening) return
  if (openedAt !== opening.openedAt)
    problem('statement-invalid', `run ${number} was opened at ${opening.openedAt}, and it says ${openedAt}`)
  const plan =
    statement.predicateType === RUN_ABORTED ? statement.subject[0].digest.sha256 : statement.predicate.plan.sha256
  if (plan !== opening.planSha256)
    problem('plan-swapped', `run ${number} was opened with the plan ${opening.planSha256}, and it says ${plan}`)
}
