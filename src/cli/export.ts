import type { WithholdRule } from '../bundle/export/withhold.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import type { ExportJson } from '../report/json/export.ts'
import { showExport } from '../report/show-export.ts'
import { type ConfigOption, configPath, type JsonOption, lookOf } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT, stopped } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import { boundsOf } from './period.ts'
import { command } from './shell.ts'

export interface ExportOptions extends ConfigOption, JsonOption {
  from: string
  to: string
  recipient: string
  output: string
  source?: string[]
  control?: string[]
  withhold?: string[]
  /** `--no-report` */
  report: boolean
  /** `--no-populations` */
  populations: boolean
  framework?: string[]
}

/** `affiant export`: the sealed runs of a period in one file for somebody else. Exit status 0, 1, or 4 for a damaged store. */
export async function exportRuns(options: ExportOptions, environment: Environment): Promise<number> {
  const { stdout, stderr } = environment
  const bounds = boundsOf(options.from, options.to)
  const scope = {
    from: bounds.from.toISOString(),
    to: bounds.to.toISOString(),
    ...(options.source && { sources: [...new Set(options.source)] }),
    ...(options.control && { controls: [...new Set(options.control)] }),
  }
  const withhold = (options.withhold ?? []).map(ruleOf)
  const report = { frameworks: options.framework ?? [], populations: options.populations }
  if (!options.report && (options.framework || !options.populations))
    throw new UserError('--no-report leaves out what the other option is about', 'Give one of the two.')
  const runtime = await environment.runtime()
  const { config } = await runtime.loadConfigFile(configPath(options))
  const interrupted = new AbortController()
  using _ = environment.onInterrupt(() => interrupted.abort(stopped('Export again.')))
  const made = await withIntegrity(async () =>
    runtime.exportEvidence({
      config,
      scope,
      withhold,
      recipient: options.recipient,
      path: options.output,
      ...(options.report && { report }),
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
    ...(made.report && { report: made.report }),
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
