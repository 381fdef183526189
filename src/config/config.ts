import type { Collector, Limit } from '../sdk/collector.ts'
import type { Position } from './problem.ts'

/** Where a secret comes from, and where the config says so. */
export type SecretRef = ({ env: string } | { file: string }) & {
  /** `sources[0].secrets.token` */
  path: string
  position: Position
}

interface SourceSettings {
  id: string
  collector: Collector
  /** Output of the collector's own schema. */
  config: unknown
  secrets: Readonly<Record<string, SecretRef>>
  /** The manifest's limits as the config sets them. */
  limits: readonly Limit[]
  /** Requests in flight over all limits. Absent: no more than each limit's own. */
  concurrency?: number
  /** Milliseconds between full sweeps by stream, where the config says so. */
  sweeps: Readonly<Record<string, number>>
  demo: boolean
}

export interface Job {
  id: string
  /** Cron expression for `node-cron`; absent: run by hand. */
  schedule?: string
  /** IANA name. */
  timeZone: string
  /** Ids, at least one, each of a source in `Config.sources`. */
  sources: readonly string[]
}

export interface CheckSettings {
  /** Output of the check's params schema, defaults filled in. */
  params: unknown
  /** Why the check is turned off. */
  disabled?: string
}

/** A plug-in package to load. */
export type PluginRef = ({ package: string } | { file: string }) & { position: Position }

/** A signing key in AWS KMS. */
export interface KmsSettings {
  /** Id, ARN or alias. */
  keyId: string
  region: string
  endpoint?: string
}

/** A valid configuration, resolved: defaults filled in, paths joined to the folder of the config file. */
export interface Config {
  /** The config file, as it was given. */
  path: string
  /** Folder of the config file: relative paths in a collector's own config are relative to it. */
  folder: string
  installation: string
  store: { path: string }
  signing: { key: SecretRef; passphrase?: SecretRef } | { kms: KmsSettings }
  pseudonyms: { key: SecretRef }
  /** Authorities that are asked for a token over every ledger entry. `timeoutMs` in milliseconds. */
  timestamps: readonly { url: string; rootsFile?: string; timeoutMs: number }[]
  period: { days: number }
  /** Milliseconds for one plan item. */
  deadline: number
  /** Plan items at a time. */
  concurrency: number
  sources: readonly SourceSettings[]
  jobs: readonly Job[]
  /** By check id: every check of every collector that a source uses. */
  checks: ReadonlyMap<string, CheckSettings>
  /** Mapping files. */
  mappings: readonly string[]
  plugins: readonly PluginRef[]
}

/** Knows the collectors: those that are built in and those of loaded plug-ins. */
export interface KnownCollectors {
  /** The manifest, loaded; `undefined` for an id that does not exist. */
  collectors(id: string): Collector | undefined
  /** All ids that exist, for "did you mean". */
  knownCollectorIds: readonly string[]
}
