/** Compiles `src` and `collectors` into `dist`, from nothing, and makes the stand-alone verifiers. The package reads `mappings/` from its own root, so nothing is copied. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildVerifiers } from './build/verifier.ts'

const root = join(import.meta.dirname, '..')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const program = join(root, 'dist', 'src', 'cli', 'main.js')

async function build(): Promise<number> {
  if (!existsSync(compiler)) {
    console.error('The TypeScript compiler is not installed. Run: npm ci')
    return 1
  }
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--noEmitOnError'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) return status ?? 1
  if (!existsSync(program) || !readFileSync(program, 'utf8').startsWith('#!')) {
    console.error(
      'dist/src/cli/main.js does not start with "#!": put "#!/usr/bin/env node" on the first line of src/cli/main.ts',
    )
    return 1
  }
  chmodSync(program, 0o755)
  await buildVerifiers(join(root, 'dist'))
  return 0
}

process.exitCode = await build()
