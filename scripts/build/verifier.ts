/**
 * The two verifiers that an auditor takes away, from the same sources as `affiant verify`: `dist/affiant-verify.mjs`, one
 * program for Node without dependencies, and `dist/verify.html`, one page without a network.
 */
import { createHash } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown, type InputOptions } from 'rolldown'

const root = join(import.meta.dirname, '..', '..')
const source = join(root, 'src', 'verifier')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

/** @param folder where they are written */
export async function buildVerifiers(folder: string): Promise<void> {
  const program = await bundle({
    input: join(source, 'program.ts'),
    platform: 'node',
    transform: { target: 'node20', define: { AFFIANT_VERSION: JSON.stringify(version) } },
  })
  const file = join(folder, 'affiant-verify.mjs')
  writeFileSync(file, `#!/usr/bin/env node\n${program}`)
  chmodSync(file, 0o755)

  const script = await bundle({
    input: join(source, 'page.ts'),
    platform: 'browser',
    transform: {
      target: 'es2023',
      define: { AFFIANT_VERSION: JSON.stringify(version) },
      inject: { Buffer: ['buffer', 'Buffer'] },
    },
  })
  writeFileSync(join(folder, 'verify.html'), pageOf(script))
}

/** Everything in one piece of text; a module that is left outside is an error. */
async function bundle(options: InputOptions): Promise<string> {
  const build = await rolldown({
    ...options,
    logLevel: 'warn',
    resolve: { ...options.resolve, conditionNames: ['source', 'import', 'default'] },
    plugins: [cryptoOfThePlatform(options.platform === 'browser')],
  })
  const { output } = await build.generate({
    format: 'esm',
    minify: { mangle: false, compress: true },
    codeSplitting: false,
  })
  const [chunk, ...others] = output
  const outside = chunk.imports.filter((name) => options.platform === 'browser' || !name.startsWith('node:'))
  if (others.length > 0 || outside.length > 0)
    throw new Error(
      `the verifier is not one file: ${[...outside, ...others.map(({ fileName }) => fileName)].join(', ')}`,
    )
  return chunk.code
}

/** `src/bundle/crypto.ts` is the one file that is different in a browser. */
function cryptoOfThePlatform(browser: boolean) {
  return {
    name: 'crypto-of-the-platform',
    resolveId(id: string) {
      return browser && /(?:^|\/)crypto\.ts$/.test(id) ? join(root, 'src', 'bundle', 'crypto-web.ts') : undefined
    },
  }
}

/** The page may run just this script and show just this style; it may load and send nothing. */
function pageOf(script: string): string {
  const style = readFileSync(join(source, 'page.css'), 'utf8')
  // What would end the element early is written another way, which means the same in a script.
  const safe = script.replaceAll('</script', String.raw`<\/script`).replaceAll('<!--', String.raw`<\!--`)
  const policy = [
    "default-src 'none'",
    `script-src '${integrity(safe)}'`,
    `style-src '${integrity(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const parts: Readonly<Record<string, string>> = { CSP: policy, STYLE: style, VERSION: version, SCRIPT: safe }
  return readFileSync(join(source, 'page.html'), 'utf8').replaceAll(
    /@([A-Z]+)@/g,
    (mark, name: string) => parts[name] ?? mark,
  )
}

function integrity(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
