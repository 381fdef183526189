import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const MODULES = join(ROOT, 'node_modules')
const execute = promisify(execFile)

const TEST = `import { runCollectorContract } from 'affiant/testing'
import { collector } from './index.ts'
import { fixture } from './fixture.ts'

runCollectorContract(collector, fixture)
`

it('an outside author runs the contract of the compiled package over a collector of their own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'affiant-outside-'))
  try {
    const env = { PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1' }
    const affiant = join(folder, 'node_modules/affiant')
    await mkdir(affiant, { recursive: true })
    await cp(join(ROOT, 'package.json'), join(affiant, 'package.json'))
    // Compiled as npm run build does, to a place of its own; types are checked elsewhere.
    const to = ['--outDir', join(affiant, 'dist'), '--noCheck']
    await execute(join(MODULES, '.bin/tsc'), ['-p', 'tsconfig.build.json', ...to], { cwd: ROOT, env })
    for (const name of await readdir(MODULES)) await symlink(join(MODULES, name), join(folder, 'node_modules', name))
    await cp(join(ROOT, 'test/example-collector/ledgerly'), join(folder, 'ledgerly'), { recursive: true })
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n')
    await writeFile(join(folder, 'ledgerly/contract.test.ts'), TEST)

    const { stdout } = await execute(join(MODULES, '.bin/vitest'), ['run'], { cwd: folder, env })
    expect(stdout).toMatch(/Tests\s+\d+ passed/)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 120_000)
