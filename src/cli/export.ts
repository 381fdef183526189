import type { WithholdRule } from '../bundle/export/withhold.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import type { ExportJson } from '../report/json.ts'
import { showExport } from '../report/show-export.ts'
import { type ConfigOption, configPath, type JsonOption, lookOf } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import { command } from './shell.ts'

export interface ExportOptions extends ConfigOption, JsonOption {
  from: string
  to: string
  recipient: string
  output: string
  source?: string[]
  control?: string[]
  withhold?: string[]
}

/** `affiant export`: the sealed runs of a period in one file for somebody else. Exit status 0, 1, or 4 for a damaged store. */
export async function exportRuns(options: ExportOptions, environment: Environment): Promise<number> {
  const { stdout, stderr } = environment
  const scope = {
    from: instantOf('--from', options.from, 0),
    to: instantOf('--to', options.to, DAY_MS),
    ...(options.source && { sources: [...new Set(options.source)] }),
    ...(options.control && { controls: [...new Set(options.control)] }),
  }
  if (scope.from >= scope.to)
    throw new UserError('--from is later than --to', 'Give the first and the last day of the period.')
  const withhold = (options.withhold ?? []).map(ruleOf)
  const runtime = await environment.runtime()
  const { config } = await runtime.loadConfigFile(configPath(options))
  const interrupted = new AbortController()
  using _ = environment.onInterrupt(() => interrupted.abort(stopped()))
  const made = await withIntegrity(async () =>
    runtime.exportEvidence({
      config,
      scope,
      withhold,
      recipient: options.recipient,
      path: options.output,
      signal: interrupted.signal,
      onWarning: (message) => void stderr.write(`warning: ${message}\n`),
    }),
  )
  const document: ExportJson = {
    schema: 'affiant.export/1',
    path: made.path,
    bytes: made.file.bytes,
    sha256: made.file.sha256,
    recipient: options.recipient,
    from: scope.from,
    to: scope.to,
    runs: [...made.runs],
    payload: made.payload,
    withheld: { count: made.withheld.count, reasons: [...made.withheld.reasons] },
    head: { origin: made.head.origin, index: made.head.index, statementSha256: made.head.sha256 },
    keyId: made.keyId,
    timestamps: made.timestamps,
    verify: command('affiant', 'verify', options.output, '--policy', 'trust-policy.json'),
    verifiers: await runtime.standaloneVerifiers(),
  }
  await stdout.write(options.json ? jsonText(document) : showExport(document, lookOf(stdout, options)))
  return EXIT.ok
}

const DAY_MS = 86_400_000

/** A day in UTC, or an instant. @param whole what to add to a day: the last day of a period belongs to it */
function instantOf(option: string, text: string, whole: number): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  const time = Date.parse(isDay ? `${text}T00:00:00.000Z` : text)
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/.test(text)
  // Days that no month has are moved on by some engines and refused by others.
  const isReal = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10))
  if (isReal && (isDay || isInstant)) return new Date(time + (isDay ? whole : 0)).toISOString()
  throw new UserError(
    `${option} ${text} is no time`,
    'Give a day such as 2026-10-01, or an instant such as 2026-10-01T06:00:00Z; both in UTC.',
  )
}

function ruleOf(text: string): WithholdRule {
  const at = text.indexOf('=')
  const pattern = text.slice(0, at).trim()
  const reason = text.slice(at + 1).trim()
  if (at > 0 && pattern !== '' && reason !== '') return { pattern, reason }
  throw new UserError(
    `--withhold ${text} has no pattern or no reason`,
    "Give both, such as --withhold 'okta.users=personal data'. The recipient reads the reason.",
  )
}

function stopped(): UserError {
  return new UserError('stopped; nothing is left of what was written', 'Export again.', { exitCode: EXIT.interrupted })
}
