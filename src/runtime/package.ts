import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

/** Where `package.json` is: some folders above this one, in `src/` as in `dist/src/`. */
const packageFile = findPackageJSON('..', import.meta.url) ?? join(import.meta.dirname, '..', '..', 'package.json')
export const packageRoot = dirname(packageFile)

/** Absolute path of `config.schema.json`, for editors. */
export const configSchemaPath = join(packageRoot, 'config.schema.json')

export async function agentVersion(): Promise<string> {
  return JSON.parse(await fs.readFile(packageFile, 'utf8')).version
}

/** The verifiers that come with this build for people who have no affiant. Running from source, they may not be built. */
const STANDALONE = ['affiant-verify.mjs', 'verify.html'] as const

/** SHA-256 of each of them that is there: what its user compares it with. */
export async function standaloneVerifiers(): Promise<{ file: string; sha256: string }[]> {
  const found = []
  for (const file of STANDALONE) {
    const bytes = await fs.readFile(join(packageRoot, 'dist', file)).catch(() => undefined)
    if (bytes !== undefined) found.push({ file, sha256: createHash('sha256').update(bytes).digest('hex') })
  }
  return found
}

/** Digest over the agent's own program files and mappings, so that two builds of one version can be told apart. */
export async function buildDigest(): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of [
    join(import.meta.dirname, '..'),
    join(import.meta.dirname, '..', '..', 'collectors'),
    join(packageRoot, 'mappings'),
  ]) {
    const names = (await fs.readdir(folder, { recursive: true }))
      .filter((name) => /\.(?:js|ts|yaml)$/.test(name))
      .sort()
    for (const name of names) {
      const digest = createHash('sha256')
        .update(await fs.readFile(join(folder, name)))
        .digest('hex')
      hash.update(`${digest}  ${name.replaceAll('\\', '/')}\n`)
    }
  }
  return hash.digest('hex')
}
