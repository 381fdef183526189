import { UserError } from '../model/user-error.ts'
import { frameworkTable } from '../report/controls-framework.ts'
import { type ControlFilters, controlsTable } from '../report/controls-table.ts'
import { controlsFrameworkJson } from '../report/framework-json.ts'
import { jsonText } from '../report/json-run.ts'
import type { ControlsJson } from '../report/json/config.ts'
import { showControls } from '../report/show-controls.ts'
import { showControlsFramework } from '../report/show-framework.ts'
import { type ConfigOption, type JsonOption, lookOf } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { loadIfThere } from './load-if-there.ts'

/** `affiant controls`: the catalogue with its coverage, extended by the mapping files of a config if there is one; or a framework through it. */
export async function controls(
  options: ConfigOption & JsonOption & ControlFilters & { framework?: string },
  environment: Environment,
): Promise<number> {
  const { stdout } = environment
  const runtime = await environment.runtime()
  const { collectors, mappings } = await loadIfThere(options, runtime)
  const loaded = await runtime.loadMappings(collectors, mappings)
  const [crosswalk] = options.framework === undefined ? [] : await runtime.loadCrosswalks([options.framework])
  if (crosswalk !== undefined) {
    const table = frameworkTable(crosswalk, loaded)
    const text = options.json
      ? jsonText(controlsFrameworkJson(table, loaded.mapping.id))
      : showControlsFramework(table, lookOf(stdout))
    await stdout.write(text)
    return EXIT.ok
  }
  const table = controlsTable(loaded, options)
  if (!table.ok) throw new UserError(table.problems.join('\n'), '"affiant controls --help" shows the filters.')
  const all = loaded.catalog.controls.length
  const document: ControlsJson = {
    schema: 'affiant.controls/1',
    mapping: loaded.mapping.id,
    all,
    controls: table.rows,
  }
  await stdout.write(options.json ? jsonText(document) : showControls(table.rows, all, lookOf(stdout)))
  return EXIT.ok
}
