import { z } from 'zod'
import { Count, Id, RunNumber, Sha256 } from './common.ts'
import { ControlStatus } from './control.ts'
import { Counts, Status } from './result.ts'
import { Turns } from './turn.ts'

/**
 * Why a run does not come out again as it was sealed.
 *
 * | cause | meaning | exit |
 * |---|---|---|
 * | `revision-changed` | this build has another revision of the check | 2 |
 * | `threshold-changed` | the config that was given sets other parameters, or turns the check on or off | 2 |
 * | `stream-changed` | this build has another version of a stream the check reads | 2 |
 * | `check-missing`, `stream-missing` | this build does not have it, so nothing could be compared | 2 |
 * | `mapping-changed`, `mapping-missing` | the mapping files are others than those of the run | 2 |
 * | `withheld` | the export that is replayed leaves out records or results, so nothing could be compared | 2 |
 * | `checks-differ` | controls differ because checks above them do | 2 |
 * | `not-from-records` | nothing of the above: what is sealed was not computed from these records | 4 |
 */
export const REPLAY_CAUSES = [
  'revision-changed',
  'threshold-changed',
  'stream-changed',
  'check-missing',
  'stream-missing',
  'mapping-changed',
  'mapping-missing',
  'withheld',
  'checks-differ',
  'not-from-records',
] as const
export type ReplayCause = (typeof REPLAY_CAUSES)[number]

/** `identical`: the same bytes. `differs`: others. `not-replayed`: it could not be computed. */
const Outcome = z.enum(['identical', 'differs', 'not-replayed'])

const Verdict = z.strictObject({ status: Status, reason: z.string().optional(), counts: Counts })

/** A check of a source that did not come out the same, or of which something changed all the same. */
export const ReplayedCheck = z.strictObject({
  check: z.string(),
  source: Id,
  demo: z.boolean(),
  cause: z.enum(REPLAY_CAUSES),
  outcome: Outcome,
  /** What changed, one sentence without full stop. */
  detail: z.string(),
  sealed: Verdict.optional(),
  here: Verdict.optional(),
  /** From the sealed results to those computed here. */
  turns: Turns.optional(),
})
export type ReplayedCheck = z.output<typeof ReplayedCheck>

export const ReplayedControls = z.strictObject({
  mapping: z.string(),
  cause: z.enum(REPLAY_CAUSES),
  outcome: Outcome,
  detail: z.string(),
  /** Controls of which something differs; the status may be the same. */
  controls: z.array(
    z.strictObject({ control: z.string(), sealed: ControlStatus.optional(), here: ControlStatus.optional() }),
  ),
})
export type ReplayedControls = z.output<typeof ReplayedControls>

/** A file that is not what was sealed. Then nothing is computed. */
export const ReplayDamage = z.strictObject({
  code: z.enum([
    'plan-changed',
    'index-changed',
    'object-missing',
    'object-changed',
    'counts-wrong',
    'content-invalid',
    'unreadable',
  ]),
  file: z.string(),
  detail: z.string(),
})
export type ReplayDamage = z.output<typeof ReplayDamage>

const Program = z.strictObject({ version: z.string(), build: Sha256 })

export const Replay = z.strictObject({
  run: RunNumber,
  /** The program that made the run and this one, and plug-ins that are of another version, or not there. */
  program: z.strictObject({
    sealed: Program,
    here: Program,
    plugins: z.array(z.strictObject({ name: z.string(), sealed: z.string(), here: z.string().optional() })),
  }),
  damaged: z.array(ReplayDamage),
  /** Checks of sources, and those of them that came out byte for byte the same. */
  replayed: z.strictObject({ checks: Count, identical: Count, controls: Count, identicalControls: Count }),
  checks: z.array(ReplayedCheck),
  controls: z.array(ReplayedControls),
})
export type Replay = z.output<typeof Replay>

/** 4 for damage and for results that were not computed from these records, 2 for what differs for a stated reason. */
export function replayExitCode({ damaged, checks, controls }: Replay): 0 | 2 | 4 {
  const differing = [...checks, ...controls].filter(({ outcome }) => outcome !== 'identical')
  if (damaged.length > 0 || differing.some(({ cause }) => cause === 'not-from-records')) return 4
  return differing.length > 0 ? 2 : 0
}
