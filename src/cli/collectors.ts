import { didYouMean } from '../model/did-you-mean.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import type { CollectorsJson } from '../report/json/config.ts'
import { collectorReport, showCollector, showCollectors } from '../report/show-collectors.ts'
import { type ConfigOption, type JsonOption, lookOf } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { loadIfThere } from './load-if-there.ts'

/** `affiant collectors [ID]`: built-in ones, and plug-ins of a config if there is one. */
export async function collectors(
  id: string | undefined,
  options: ConfigOption & JsonOption,
  environment: Environment,
): Promise<number> {
  const { stdout } = environment
  const loaded = await loadIfThere(options, await environment.runtime())
  const all = loaded.collectors.map(({ collector }) => collectorReport(collector))
  const shown = id === undefined ? all : all.filter((collector) => collector.id === id)
  const [first] = shown
  if (id !== undefined && first === undefined) {
    const ids = all.map((collector) => collector.id)
    throw new UserError(`there is no collector "${id}"${didYouMean(id, ids)}`, `Collectors: ${ids.join(', ')}.`)
  }
  const look = lookOf(stdout)
  const document: CollectorsJson = { schema: 'affiant.collectors/1', collectors: shown }
  const text = id !== undefined && first !== undefined ? showCollector(first, look) : showCollectors(all, look)
  await stdout.write(options.json ? jsonText(document) : text)
  return EXIT.ok
}
