import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createFileSigner, generateKeyPair } from '../../src/bundle/keys.ts'
import { ledgerKeyOf } from '../../src/bundle/keys-append.ts'
import { writeGenesis } from '../../src/bundle/ledger-append.ts'
import { makeProof } from '../../src/bundle/proof.ts'
import { VERIFY_REASONS } from '../../src/bundle/reasons.ts'
import type { Sealed } from '../../src/bundle/seal.ts'
import { Carried } from '../../src/model/carried.ts'
import { ControlLine } from '../../src/model/control.ts'
import { IndexLine, WithheldLine } from '../../src/model/index-line.ts'
import { Plan } from '../../src/model/plan.ts'
import { Receipt } from '../../src/model/receipt.ts'
import { ResultLine } from '../../src/model/result.ts'
import { LedgerStatement } from '../../src/model/statement.ts'
import { TrustPolicy } from '../../src/model/trust-policy.ts'
import { key, sealedRun, signer, storeIn, temporaryFolder } from './fixture.ts'

const document = await fs.readFile(join(import.meta.dirname, '../../docs/bundle-format.md'), 'utf8')

it('docs/bundle-format.md prints the table of reason codes', () => {
  const rows = Object.entries(VERIFY_REASONS).map(
    ([code, { exit, level, meaning }]) => `| \`${code}\` | ${exit} | ${level} | ${meaning} |`,
  )
  const printed = /<!-- reasons:[^\n]*\n(?:\|[^\n]*\n){2}(.*?)\n<!-- \/reasons -->/s.exec(document)?.[1]
  expect(printed?.split('\n')).toEqual(rows)
})

it('every reason code is one that a verifier gives', async () => {
  const folder = join(import.meta.dirname, '../../src/bundle')
  const names = (await fs.readdir(folder, { recursive: true })).filter((name) => /(?<!reasons)\.ts$/.test(name))
  const sources = (await Promise.all(names.map((name) => fs.readFile(join(folder, name), 'utf8')))).join('\n')
  expect(Object.keys(VERIFY_REASONS).filter((code) => !sources.includes(`'${code}'`))).toEqual([])
})

describe('docs/bundle-format.md names every field of', () => {
  const code = [...document.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text)
  const named = new Set(code.flatMap((text) => [...text.split(/[^\w.-]+/), ...text.split(/[^\w-]+/)]))
  it.each([
    ['plan.json', Plan],
    ['an index line', IndexLine],
    ['a withheld line', WithheldLine],
    ['a statement', LedgerStatement],
    ['a receipt', Receipt],
    ['a carried line', Carried],
    ['a result', ResultLine],
    ['a control', ControlLine],
    ['the trust policy', TrustPolicy],
  ])('%s', (_, schema) => {
    const fields = [...fieldsOf(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }))]
    expect(fields.length).toBeGreaterThan(2)
    expect(fields.filter((field) => !named.has(field))).toEqual([])
  })
})

/** Names of properties in a JSON Schema, and values that are allowed one by one. */
function* fieldsOf(schema: unknown): Iterable<string> {
  if (typeof schema !== 'object' || schema === null) return
  for (const [name, value] of Object.entries(schema)) {
    if (name === 'properties') yield* Object.keys(value as object)
    if (name === 'enum' && Array.isArray(value)) yield* value.filter((one) => typeof one === 'string')
    yield* fieldsOf(value)
  }
}

describe('docs/bundle-format.md, by hand', () => {
  const script = /## By hand.*?```sh\n(.*?)```/s.exec(document)?.[1] ?? ''
  const RUN = 'runs/000000001'
  let pristine: string
  let root: string
  let keys: string
  let sealed: Sealed

  beforeAll(async () => {
    pristine = await temporaryFolder()
    keys = await temporaryFolder()
    root = join(keys, 'store')
    sealed = await sealedRun(storeIn(pristine))
    for (const [name, pem] of [
      ['given', key.publicPem],
      ['others', generateKeyPair().publicPem],
      ['forged', generateKeyPair().publicPem],
    ] as const) {
      await fs.mkdir(join(keys, name))
      await fs.writeFile(join(keys, name, 'key.pub.pem'), pem)
    }
  })
  beforeEach(async () => {
    await fs.rm(root, { recursive: true, force: true })
    await fs.cp(pristine, root, { recursive: true })
  })
  afterAll(async () => {
    await fs.rm(pristine, { recursive: true })
    await fs.rm(keys, { recursive: true })
  })

  const byHand = (folder = 'given', cwd = root) =>
    promisify(execFile)('sh', ['-c', script], { cwd, env: { PATH: '/usr/bin:/bin', RUN, KEYS: join(keys, folder) } })

  const flip = async (file: string) => {
    const bytes = await fs.readFile(join(root, file))
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    await fs.rm(join(root, file))
    await fs.writeFile(join(root, file), bytes)
  }

  it('verifies a sealed run, and prints key id, run and head', async () => {
    const { stdout } = await byHand()
    expect(stdout).toContain(key.keyId)
    expect(stdout).toContain(`verified: ${RUN}, head ${sealed.headIndex} ${sealed.statementSha256}`)
  })

  it('refuses another key', async () => {
    await expect(byHand('others')).rejects.toMatchObject({ code: 1 })
  })

  it('verifies a ledger in which a root key lets another key sign, as affiant init begins it', async () => {
    const collector = createFileSigner(generateKeyPair().privatePem)
    const named = [ledgerKeyOf(key.publicPem, 'root'), ledgerKeyOf(collector.publicKeyPem, 'collector')]
    const cwd = join(keys, 'two')
    const store = storeIn(cwd)
    const agent = { id: 'acme-prod', version: '0.1.0', build: { sha256: 'ab'.repeat(32) } }
    await writeGenesis({ store, signer, agent }, named, new Date('2026-09-01T00:00:00.000Z'))
    const { headIndex, statementSha256 } = await sealedRun(store, { signer: collector })
    await fs.writeFile(join(keys, 'forged/collector.pub.pem'), collector.publicKeyPem)
    await expect(byHand('forged', cwd)).rejects.toMatchObject({ code: 1 })
    await fs.writeFile(join(keys, 'given/collector.pub.pem'), collector.publicKeyPem)
    const { stdout } = await byHand('given', cwd)
    expect(stdout).toContain(`verified: ${RUN}, head ${headIndex} ${statementSha256}`)
    await fs.rm(join(keys, 'given/collector.pub.pem'))
    await expect(byHand('given', cwd)).rejects.toMatchObject({ code: 1 })
  })

  it('refuses every changed file', async () => {
    const files = (await fs.readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    expect(files).toHaveLength(12)
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

describe('docs/bundle-format.md, one record alone', () => {
  const script = /## One record alone.*?```sh\n(.*?)```/s.exec(document)?.[1] ?? ''
  const request = { record: 'web', keyOf: () => (record: unknown) => (record as { name?: string }).name ?? '' }
  let folder: string
  let text: string

  beforeAll(async () => {
    folder = await temporaryFolder()
    const store = storeIn(join(folder, 'store'))
    await sealedRun(store)
    await fs.writeFile(join(folder, 'key.pub.pem'), key.publicPem)
    await fs.writeFile(join(folder, 'other.pub.pem'), generateKeyPair().publicPem)
    text = (await makeProof({ store, run: 1, ...request })).text
    // Nothing else is needed.
    await fs.rm(join(folder, 'store'), { recursive: true })
  })
  afterAll(() => fs.rm(folder, { recursive: true }))

  const check = async (proof: string, keyFile = 'key.pub.pem') => {
    await fs.writeFile(join(folder, 'proof.txt'), proof)
    return promisify(execFile)('sh', ['-c', script], {
      env: { PATH: '/usr/bin:/bin', PROOF: join(folder, 'proof.txt'), KEY: join(folder, keyFile) },
    })
  }

  it('verifies a record and shows it, and no other', async () => {
    const { stdout } = await check(text)
    expect(stdout).toContain('{"id":3,"name":"web"}\n')
    expect(stdout).toContain('"planItem":"github-acme/github.repositories/acme"')
    expect(Buffer.from(text.replaceAll(/^\S+ /gm, ''), 'base64').toString()).not.toContain('sandbox')
    expect(Buffer.byteLength(text)).toBeLessThan(5000)
  })

  it('refuses another key', async () => {
    await expect(check(text, 'other.pub.pem')).rejects.toMatchObject({ code: 1 })
  })

  it('refuses every changed line, and every line left out', async () => {
    const lines = text.trimEnd().split('\n')
    for (const [at, line] of lines.entries()) {
      const [name = '', value = ''] = line.split(' ')
      if (name === 'affiant-proof' || name === 'entry') continue
      const bytes = Buffer.from(value, 'base64')
      bytes[bytes.length >> 1]! ^= 1
      await expect(check(`${lines.with(at, `${name} ${bytes.toString('base64')}`).join('\n')}\n`)).rejects.toThrow()
      await expect(check(`${lines.toSpliced(at, 1).join('\n')}\n`)).rejects.toThrow()
    }
  })

  it('is not made for a key that nothing has, or that several have', async () => {
    const store = storeIn(join(folder, 'other'))
    await sealedRun(store)
    await expect(makeProof({ store, run: 1, ...request, record: 'none' })).rejects.toMatchObject({
      code: 'record-missing',
    })
    const every = { record: 'x', keyOf: () => () => 'x' }
    await expect(makeProof({ store, run: 1, ...every })).rejects.toThrow('in several places')
    const one = await makeProof({
      store,
      run: 1,
      ...every,
      stream: 'github.members',
      source: 'github-acme',
      scope: 'acme',
    })
    expect(one.planItem).toBe('github-acme/github.members/acme')
  })
})
