import { z } from 'zod'
import { Count, Id, RunNumber } from '../../model/common.ts'

/** `affiant report` */
export const ReportJson = z.strictObject({
  schema: z.literal('affiant.report/1'),
  /** Absolute path of the folder. */
  path: z.string(),
  /** Absolute path of its first page. */
  index: z.string(),
  installation: Id,
  /** What it is about. */
  run: RunNumber,
  files: Count,
  bytes: Count,
  /** What was found of the evidence just before; `verify` says more. */
  verification: z.strictObject({
    exitCode: z.union([z.literal(0), z.literal(3), z.literal(4), z.literal(5)]),
    levels: z.record(z.string(), z.string()),
  }),
  /** Whether anything in it comes from an emulated system. */
  demo: z.boolean(),
})
export type ReportJson = z.output<typeof ReportJson>
