import * as fs from 'node:fs/promises'
import { createRequire, findPackageJSON } from 'node:module'
import { basename, dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { collectors as builtIn } from '../../collectors/index.ts'
import { isCollector, manifestProblems } from '../model/manifest.ts'
import { UserError } from '../model/user-error.ts'
import type { Collector } from '../sdk/collector.ts'
import { errnoOf } from '../store/errors.ts'

export interface LoadedCollector {
  collector: Collector
  /** Where a plug-in comes from; absent for a built-in collector. */
  plugin?: { name: string; version: string }
}

/** Every built-in collector's manifest. Loads no vendor SDK. */
export async function builtInCollectors(): Promise<LoadedCollector[]> {
  const modules = await Promise.all(Object.values(builtIn).map((load) => load()))
  return modules.map(({ collector }) => ({ collector }))
}

/** @throws UserError when it cannot be loaded or is not a collector of this API version */
export async function loadPlugin(
  ref: { package: string } | { file: string },
  config: string,
  where: string,
): Promise<LoadedCollector> {
  const specifier = 'package' in ref ? ref.package : resolve(dirname(config), ref.file)
  const refuse = (what: string, cause?: unknown) =>
    new UserError(
      `${where}  plug-in ${specifier}: ${what}`,
      'A plug-in is an npm package, installed beside the config, that exports "collector" made with defineCollector of affiant/sdk.',
      { cause },
    )
  let exported: unknown
  let manifest: string | undefined
  try {
    const file = createRequire(config).resolve(specifier)
    manifest = findPackageJSON(pathToFileURL(file))
    exported = (await import(pathToFileURL(file).href)).collector
  } catch (cause) {
    throw refuse(
      `it could not be loaded (${errnoOf(cause) ?? (cause instanceof Error ? cause.name : 'unknown error')})`,
      cause,
    )
  }
  if (exported === undefined) throw refuse('it does not export "collector"')
  if (!isCollector(exported)) {
    const problems = manifestProblems(exported)
    const more = problems.length > 3 ? `; and ${problems.length - 3} more` : ''
    throw refuse(`its collector cannot be used: ${problems.slice(0, 3).join('; ')}${more}`)
  }
  // Of a file without a package the name is all there is, and no path of this machine belongs into a bundle.
  const { name = basename(specifier), version = '0.0.0' } =
    manifest === undefined || basename(manifest) !== 'package.json'
      ? {}
      : JSON.parse(await fs.readFile(manifest, 'utf8'))
  return { collector: exported, plugin: { name, version } }
}
