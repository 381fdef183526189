import { z } from 'zod'
import { Replay } from '../../model/replay.ts'
import { RunDiff } from '../../model/run-diff.ts'

/** `affiant replay` */
export const ReplayJson = z.strictObject({
  schema: z.literal('affiant.replay/1'),
  exitCode: z.union([z.literal(0), z.literal(2), z.literal(4)]),
  ...Replay.shape,
})
export type ReplayJson = z.output<typeof ReplayJson>

/** `affiant replay EXPORT` */
export const ReplayExportJson = z.strictObject({
  schema: z.literal('affiant.replay-export/1'),
  /** The highest one of the runs. */
  exitCode: z.union([z.literal(0), z.literal(2), z.literal(4)]),
  runs: z.array(z.strictObject(Replay.shape)),
})
export type ReplayExportJson = z.output<typeof ReplayExportJson>

/** `affiant diff` */
export const DiffJson = z.strictObject({
  schema: z.literal('affiant.diff/1'),
  /** Nothing differs but number and time. */
  same: z.boolean(),
  ...RunDiff.shape,
})
export type DiffJson = z.output<typeof DiffJson>
