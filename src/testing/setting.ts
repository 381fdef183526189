import { createPseudonymiser } from '../collect/redact.ts'

/** Id of the one source a contract has. */
export const SOURCE = 'contract'
/** When the manual clock begins and the run was opened. */
export const START = '2026-01-05T06:00:00.000Z'
/** Deadline of each plan item, in milliseconds. */
export const DEADLINE_MS = 600_000
export const period = { from: new Date('2025-10-07T06:00:00.000Z'), to: new Date(START) }
export const pseudonymise = createPseudonymiser(new Uint8Array(32).fill(7))
