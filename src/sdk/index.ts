/**
 * What an author of a collector sees. `docs/adding-a-collector.md` walks through an example.
 * @packageDocumentation
 */
export { z } from 'zod'
export {
  about,
  checkAll,
  checkEach,
  external,
  fail,
  notApplicable,
  pass,
  SEVERITIES,
  stale,
  unknown,
  unread,
} from './check.ts'
export type {
  AllCheck,
  Check,
  CheckInput,
  Dataset,
  EachCheck,
  EvaluationContext,
  Examples,
  ExternalStream,
  Item,
  RecordContext,
  Result,
  Severity,
  Verdict,
} from './check.ts'
export { DAY_MS, daysBefore, daysSince } from './days.ts'
export { defineCollector } from './collector.ts'
export type { AccessGuide, Collector, Limit, Price, ReadRule, ReadyMadePolicy, SourceIdentity } from './collector.ts'
export type {
  Clock,
  CollectContext,
  Command,
  CommandOptions,
  Fetch,
  LentCredentials,
  Log,
  Machine,
  MachineIdentity,
  Period,
} from './context.ts'
export {
  AbortedError,
  asReadError,
  DeniedError,
  errorForStatus,
  InvalidError,
  NotFoundError,
  ReadError,
  REASONS,
  ThrottledError,
  TimeoutError,
  TruncatedError,
  UnavailableError,
  UnlicensedError,
} from './errors.ts'
export type { ReadErrorOptions, Reason } from './errors.ts'
export type { Mark, Naming, ThrottleRule } from './naming.ts'
export { observedOf } from './observed.ts'
export type { Observed } from './observed.ts'
export { Secret } from './secret.ts'
export { quoted } from './shell.ts'
export { defineStream, onlyPage, pagesFrom } from './stream.ts'
export type {
  CarriedRecord,
  ObserveOptions,
  Page,
  Permission,
  Previous,
  Reader,
  Redaction,
  Redactions,
  Scope,
  Stream,
  Sweep,
} from './stream.ts'
export { listedInConfig, plural } from './words.ts'
