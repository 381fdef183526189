import { createHash } from 'node:crypto'
import { canonicalize } from '../model/canonical.ts'
import { compareLines, compareText, type LineChange } from '../model/compare-lines.ts'
import { type LoadedMapping, parseControlLine } from '../model/control.ts'
import type { ReplayedControls } from '../model/replay.ts'
import type { CheckSummary } from '../model/result.ts'
import type { ControlsLine, SealedRun } from '../model/sealed-run.ts'
import { rollUpControls, streamStates } from './controls.ts'

export interface ReplayControlsRequest {
  sealed: SealedRun
  mapping: LoadedMapping
  /** Of the checks as they came out here; as sealed where they could not be evaluated. */
  summaries: readonly CheckSummary[]
}

/**
 * Rolls up the controls of a sealed run again. With the mapping of the run, the sealed summaries must give the sealed
 * controls whatever became of the checks since.
 */
export async function replayControls({
  sealed,
  mapping,
  summaries,
}: ReplayControlsRequest): Promise<{ identical: number; reported: ReplayedControls[] }> {
  const states = streamStates(sealed.outcomes)
  const rollUp = (of: readonly CheckSummary[]) => rollUpControls(mapping, of, states).map(canonicalize)
  const reported: ReplayedControls[] = []
  let identical = 0
  for (const line of sealed.controls) {
    const planned = sealed.plan.mappings.find(({ id }) => id === line.mapping)
    const about = { mapping: line.mapping, controls: [] }
    if (mapping.mapping.id !== line.mapping || planned === undefined) {
      const detail = `the mapping here is ${mapping.mapping.id}`
      reported.push({ ...about, cause: 'mapping-missing', outcome: 'not-replayed', detail })
      continue
    }
    if (lacksResults(sealed)) {
      const detail = 'results of checks are withheld in this export'
      reported.push({ ...about, cause: 'withheld', outcome: 'not-replayed', detail })
      continue
    }
    const asSealed = rollUp(sealed.results.map(({ summary }) => summary))
    const asHere = rollUp(summaries)
    const same = digestOf(asHere) === line.sha256
    if (same) identical += 1
    if (planned.sha256 !== mapping.sha256) {
      reported.push({
        ...about,
        cause: 'mapping-changed',
        outcome: same ? 'identical' : 'differs',
        detail: `the mapping files had the digest ${planned.sha256}, here ${mapping.sha256}`,
        controls: await differing(sealed, line, asHere),
      })
    } else if (digestOf(asSealed) !== line.sha256) {
      reported.push({
        ...about,
        cause: 'not-from-records',
        outcome: 'differs',
        detail: 'the sealed results of the checks give other controls than those that are sealed',
        controls: await differing(sealed, line, asSealed),
      })
    } else if (!same) {
      reported.push({
        ...about,
        cause: 'checks-differ',
        outcome: 'differs',
        detail: 'checks above them came out otherwise',
        controls: await differing(sealed, line, asHere),
      })
    }
  }
  for (const { id } of sealed.plan.mappings) {
    if (sealed.controls.some((line) => line.mapping === id)) continue
    const detail = 'nothing was sealed for it'
    reported.push({ mapping: id, cause: 'not-from-records', outcome: 'not-replayed', detail, controls: [] })
  }
  return { identical, reported }
}

/** Controls rest on every check, so one that is withheld is one too many. */
function lacksResults({ plan, results, withheld }: SealedRun): boolean {
  return withheld.size > 0 && results.length < plan.checks.length
}

function digestOf(lines: readonly string[]): string {
  const hash = createHash('sha256')
  for (const line of lines) hash.update(`${line}\n`)
  return hash.digest('hex')
}

async function differing(
  sealed: SealedRun,
  line: ControlsLine,
  here: readonly string[],
): Promise<ReplayedControls['controls']> {
  const { changes } = await compareLines({
    from: () => sealed.lines(line.sha256),
    async *to() {
      yield here
    },
    count: Math.max(line.count, here.length),
    identityOf: (text) => parseControlLine(text).control,
    tally: () => {
      const all: LineChange[] = []
      return { changes: all, add: (change: LineChange) => void all.push(change) }
    },
  })
  return changes
    .sort((a, b) => compareText(a.identity, b.identity))
    .map(({ identity, from, to }) => ({
      control: identity,
      ...(from !== undefined && { sealed: parseControlLine(from).status }),
      ...(to !== undefined && { here: parseControlLine(to).status }),
    }))
}
