/**
 * What an author of a collector tests with. `docs/adding-a-collector.md` walks through an example.
 * @packageDocumentation
 */
export { manualClock } from './clock.ts'
export type { ManualClock } from './clock.ts'
export { checkContract } from './contract.ts'
export type { Answer, Fixture, Place } from './fixture.ts'
export { type ContractPart, runCollectorContract } from './run-contract.ts'
export { VIOLATION_CODES } from './violation.ts'
export type { Asked, Refusal, RefusalText, Wire, WireRequest, Written } from './wire.ts'
export type { Finding, Violation, ViolationCode } from './violation.ts'
