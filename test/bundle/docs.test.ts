import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { generateKeyPair } from '../../src/bundle/keys.ts'
import { VERIFY_REASONS } from '../../src/bundle/reasons.ts'
import { key, sealedRun, storeIn, temporaryFolder } from './fixture.ts'

const document = await fs.readFile(join(import.meta.dirname, '../../docs/bundle-format.md'), 'utf8')

it('docs/bundle-format.md prints the table of reason codes', () => {
  const rows = Object.entries(VERIFY_REASONS).map(
    ([code, { exit, meaning }]) => `| \`${code}\` | ${exit} | ${meaning} |`,
  )
  const printed = /<!-- reasons:[^\n]*\n(?:\|[^\n]*\n){2}(.*?)\n<!-- \/reasons -->/s.exec(document)?.[1]
  expect(printed?.split('\n')).toEqual(rows)
})

describe('docs/bundle-format.md, by hand', () => {
  const script = /## By hand.*?```sh\n(.*?)```/s.exec(document)?.[1] ?? ''
  const RUN = 'runs/000000001'
  let pristine: string
  let root: string
  let keys: string

  beforeAll(async () => {
    pristine = await temporaryFolder()
    keys = await temporaryFolder()
    root = join(keys, 'store')
    await sealedRun(storeIn(pristine))
    await fs.writeFile(join(keys, 'key.pub.pem'), key.publicPem)
    await fs.writeFile(join(keys, 'other.pub.pem'), generateKeyPair().publicPem)
  })
  beforeEach(async () => {
    await fs.rm(root, { recursive: true, force: true })
    await fs.cp(pristine, root, { recursive: true })
  })
  afterAll(async () => {
    await fs.rm(pristine, { recursive: true })
    await fs.rm(keys, { recursive: true })
  })

  const byHand = (keyFile = 'key.pub.pem') =>
    promisify(execFile)('sh', ['-c', script], {
      cwd: root,
      env: { PATH: '/usr/bin:/bin', RUN, KEY: join(keys, keyFile) },
    })

  const flip = async (file: string) => {
    const bytes = await fs.readFile(join(root, file))
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    await fs.rm(join(root, file))
    await fs.writeFile(join(root, file), bytes)
  }

  it('verifies a sealed run, and prints key id and run number', async () => {
    const { stdout } = await byHand()
    expect(stdout).toContain(key.keyId)
    expect(stdout).toContain('"number":1\n')
    expect(stdout).toContain(`verified: ${RUN}`)
  })

  it('refuses another key', async () => {
    await expect(byHand('other.pub.pem')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Verification failure'),
    })
  })

  it('refuses every changed file', async () => {
    const files = (await fs.readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    expect(files).toHaveLength(10)
    for (const entry of files) {
      const file = join(entry.parentPath, entry.name).slice(root.length + 1)
      const { size } = await fs.stat(join(root, file))
      // The empty object has no byte to flip.
      if (size > 0) await flip(file)
      else await fs.rm(join(root, file))
      await expect(byHand().then(() => file)).rejects.toMatchObject({ code: 1 })
      await fs.rm(join(root, file), { force: true })
      await fs.cp(join(pristine, file), join(root, file))
    }
    await byHand()
  })
})
