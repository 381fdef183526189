import type { LoadedCollector } from '../runtime.ts'
import { configPath, type ConfigOption } from './common.ts'
import type { Runtime } from './environment.ts'

/**
 * Collectors and mapping files of the config; without one, what is built in. A config that was named must exist.
 * @throws UserError
 */
export async function loadIfThere(
  options: ConfigOption,
  runtime: Runtime,
): Promise<{ collectors: readonly LoadedCollector[]; mappings: readonly string[] }> {
  const path = configPath(options)
  if (options.config === undefined && !(await runtime.exists(path))) {
    return { collectors: await runtime.builtInCollectors(), mappings: [] }
  }
  const { collectors, config } = await runtime.loadConfigFile(path)
  return { collectors, mappings: config.mappings }
}
