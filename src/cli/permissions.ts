import type { Collector } from '../sdk/collector.ts'
import { didYouMean } from '../model/did-you-mean.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import { permissionsReport, policyFormats, policyText, showPermissions } from '../report/permissions.ts'
import { configPath, type ConfigOption, type JsonOption, lookOf } from './common.ts'
import type { Environment, Runtime } from './environment.ts'
import { EXIT } from './exit-codes.ts'

export interface PermissionsOptions extends ConfigOption, JsonOption {
  /** A format of the collector's own. */
  format?: string
}

/**
 * `affiant permissions SOURCE|COLLECTOR`: the least-privilege policy, generated from what the streams declare. Needs no
 * credentials and makes no request; a collector is found without a config.
 */
export async function permissions(
  name: string,
  options: PermissionsOptions,
  environment: Environment,
): Promise<number> {
  const { stdout } = environment
  const { collector, source } = await find(name, options, await environment.runtime())
  await stdout.write(text(collector, source, options, environment))
  return EXIT.ok
}

function text(
  collector: Collector,
  source: string | undefined,
  { format, json }: PermissionsOptions,
  { stdout }: Environment,
): string {
  const report = permissionsReport(collector, source)
  if (json) return jsonText(report)
  if (format === undefined) return showPermissions(report, lookOf(stdout))
  const policy = policyText(collector, format)
  if (policy !== undefined) return policy
  const formats = policyFormats(collector)
  throw new UserError(
    `the collector "${collector.id}" has no format "${format}"${didYouMean(format, formats)}`,
    `Formats: ${formats.join(', ') || 'none; leave --format out'}.`,
  )
}

/** A source of the config before a collector: of two with one name, the one that somebody wrote down is meant. */
async function find(
  name: string,
  options: ConfigOption,
  runtime: Runtime,
): Promise<{ collector: Collector; source?: string }> {
  const path = configPath(options)
  const configured = options.config !== undefined || (await runtime.exists(path))
  const loaded = configured ? await runtime.loadConfigFile(path) : undefined
  const sources = loaded?.config.sources ?? []
  const source = sources.find(({ id }) => id === name)
  if (source) return { collector: source.collector, source: name }
  const collectors = (loaded?.collectors ?? (await runtime.builtInCollectors())).map(({ collector }) => collector)
  const collector = collectors.find(({ id }) => id === name)
  if (collector) return { collector }
  const names = [...sources, ...collectors].map(({ id }) => id)
  throw new UserError(
    `there is no source and no collector "${name}"${didYouMean(name, names)}`,
    `There are: ${names.join(', ')}.`,
  )
}
