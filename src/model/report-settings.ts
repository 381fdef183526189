import { z } from 'zod'
import { Instant, Sha256 } from './common.ts'

/**
 * `report.json` of the report in an export: what it is made of besides the evidence, so that whoever has the same version and build
 * makes the same bytes again. Nothing else has a say in them.
 */
export const ReportSettings = z.strictObject({
  schema: z.literal('affiant.report-settings/1'),
  /** Who made it. `build`: SHA-256 over the program files and mappings. */
  agent: z.strictObject({ version: z.string(), build: Sha256 }),
  /** Runs that were opened in `[from, to)`. */
  from: Instant,
  to: Instant,
  /** Frameworks that have a page, and the digests of their crosswalks. */
  frameworks: z.array(z.strictObject({ id: z.string(), sha256: Sha256 })),
  /** Whether populations are in it as CSV and JSON. */
  populations: z.boolean(),
})
export type ReportSettings = z.output<typeof ReportSettings>

/** Where they stand in the report. */
export const REPORT_SETTINGS = 'report.json'
