import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERIFY_SCRIPT } from '../../src/bundle/export/verify-script.ts'
import { createFileSigner, generateKeyPair } from '../../src/bundle/keys.ts'
import { lateTokenKey } from '../../src/bundle/late-tokens.ts'
import { readEntry } from '../../src/bundle/ledger.ts'
import { nonceFrom, readResponse, writeRequest } from '../../src/bundle/timestamp-request.ts'
import { key, sealedRun, storeIn, temporaryFolder } from '../bundle/fixture.ts'
import { AUTHORITY, createWorkshop, type Identity, TIMESTAMPING, type Workshop } from '../servers/tsa.ts'
import {
  archiveOf,
  BASE,
  codesOf,
  contentOf,
  entriesOf,
  exportOf,
  relisted,
  resigned,
  smallReport,
  storeWithRuns,
  verified,
  withFile,
} from './support.ts'

const run = promisify(execFile)

let workshop: Workshop
let root: Identity
let stranger: Identity
let keyFile: string
let whole: Buffer
let redacted: Buffer
let stamped: Buffer

async function tokenFor(signer: Identity, signature: Uint8Array): Promise<Uint8Array> {
  const reply = await workshop.reply(signer, writeRequest(signature, nonceFrom(randomBytes(16))))
  const answer = readResponse(reply)
  if (answer.kind !== 'token') throw new Error('a token was expected')
  return answer.token
}

beforeAll(async () => {
  workshop = await createWorkshop()
  root = await workshop.certificate({ name: 'Root', extensions: AUTHORITY })
  stranger = await workshop.certificate({ name: 'Stranger', extensions: AUTHORITY })
  const authority = await workshop.certificate({ name: 'Stamps', issuer: root, extensions: TIMESTAMPING })
  keyFile = join(workshop.folder, 'agent key.pem')
  await fs.writeFile(keyFile, key.publicPem)
  const { store } = await storeWithRuns(2)
  whole = (await exportOf(store, { report: smallReport })).bytes
  redacted = (
    await exportOf(store, { withhold: [{ pattern: 'github.members', reason: 'personal "data", 100 %n \\n' }] })
  ).bytes
  // An entry with two tokens, an entry with a late one, and an export with two.
  const stamp = async (signature: Uint8Array) => [
    await tokenFor(authority, signature),
    await tokenFor(authority, signature),
  ]
  await exportOf(store, {}, { stamp })
  const { signature } = (await readEntry(store, 2)).envelope
  const late = await tokenFor(authority, signature)
  await store.putIfAbsent(lateTokenKey(2, late), late)
  const withhold = [{ pattern: 'results/*', reason: 'later' }]
  stamped = (await exportOf(store, { withhold, report: smallReport }, { stamp })).bytes
}, 60_000)

afterAll(() => workshop[Symbol.asyncDispose]())

/** Unpacks an export with tar, and gives its folder. */
async function unpacked(bytes: Buffer): Promise<string> {
  const folder = await fs.mkdtemp(join(workshop.folder, 'unpacked-'))
  await fs.writeFile(join(folder, 'export.tar'), bytes)
  await run('tar', ['xf', 'export.tar'], { cwd: folder })
  return join(folder, BASE)
}

/** As an auditor runs it. `script`: one from elsewhere. */
async function script(folder: string, args: string[] = [keyFile], own?: string) {
  return run('dash', [own ?? 'verify.sh', ...args], { cwd: folder }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => ({ ...error, code: error.code }),
  )
}

describe('tar', () => {
  it('lists and unpacks an export without a word', async () => {
    const folder = await unpacked(redacted)
    const { stdout, stderr } = await run('tar', ['tvf', '../export.tar'], { cwd: folder })
    expect(stderr).toBe('')
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(entriesOf(redacted).length)
    for (const line of lines)
      expect(line).toMatch(/^-rw-r--r-- 0\/0 +\d+ 1970-01-01 00:00 acme-prod_2026-10-01_2026-12-31\/[\w./-]+$/)
    for (const { name, content } of entriesOf(redacted))
      expect((await fs.readFile(join(folder, name))).equals(content)).toBe(true)
  })
})

describe('sha256sum', () => {
  it('checks every manifest', async () => {
    const folder = await unpacked(whole)
    const check = async (place: string, manifest: string) =>
      (await run('sha256sum', ['--strict', '-c', manifest], { cwd: join(folder, place) })).stdout
    expect(await check('.', 'manifest-sha256.txt')).toContain('data/runs/000000003/plan.json: OK\n')
    expect(await check('.', 'tagmanifest-sha256.txt')).toContain('export.sigstore.json: OK\n')
    expect(await check('data/runs/000000001', 'manifest-sha256.txt')).toContain('index.jsonl: OK\n')
  })
})

describe('BagIt 1.0, as RFC 8493 has it', () => {
  it('is what an export is', async () => {
    const text = (name: string) => contentOf(whole, name).toString()
    expect(text('bagit.txt')).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n')
    const payload = entriesOf(whole).filter(({ name }) => name.startsWith('data/'))
    const bytes = payload.reduce((sum, { content }) => sum + content.length, 0)
    expect(text('bag-info.txt')).toContain(`\nPayload-Oxum: ${bytes}.${payload.length}\n`)
    for (const line of text('bag-info.txt').trimEnd().split('\n')) expect(line).toMatch(/^[A-Z][A-Za-z-]+: \S.*$/)
    const listed = (name: string) =>
      text(name)
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(66))
    expect(listed('manifest-sha256.txt')).toEqual(payload.map(({ name }) => name))
    const tags = entriesOf(whole)
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('data/') && !name.startsWith('tagmanifest'))
    expect(listed('tagmanifest-sha256.txt')).toEqual(tags)
  })
})

describe('verify.sh', () => {
  it('passes shellcheck', async () => {
    const path = join(workshop.folder, 'verify.sh')
    await fs.writeFile(path, VERIFY_SCRIPT)
    expect(await run('shellcheck', ['-s', 'sh', path])).toEqual({ stdout: '', stderr: '' })
  })

  it('verifies a whole export, and prints key and head', async () => {
    const folder = await unpacked(whole)
    const { code, stdout } = await script(folder)
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('\nVERIFIED.') })
    const { head } = await verified(whole)
    expect(stdout).toContain(`head   ${head?.index} ${head?.sha256}\n`)
    expect(stdout).toContain(`key    ${key.keyId}  ${keyFile}\n`)
    expect(stdout).toContain('runs   2, in 6 entries with 0 timestamps\n')
  })

  it('verifies a redacted export, and prints the reasons', async () => {
    const { code, stdout } = await script(await unpacked(redacted))
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('\nVERIFIED.') })
    expect(stdout).toContain('withheld 2 times: personal \\"data\\", 100 %n \\\\n\n')
  })

  it('verifies timestamps by the roots that are given', async () => {
    const folder = await unpacked(stamped)
    const roots = await script(folder, [keyFile, '-t', root.cert])
    expect(roots).toMatchObject({ code: 0, stdout: expect.stringContaining(' with 5 timestamps\n') })
    const none = await script(folder)
    expect(none).toMatchObject({ code: 0, stdout: expect.stringContaining('the timestamps were not looked at') })
    const other = await script(folder, [keyFile, '-t', stranger.cert])
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('does not verify with the roots') })
    expect(codesOf(await verified(stamped))).toEqual([])
  })

  it('verifies what is signed with Ed25519', async () => {
    const pair = generateKeyPair('ed25519')
    const signer = createFileSigner(pair.privatePem)
    const store = storeIn(await temporaryFolder())
    await sealedRun(store, { signer })
    const { bytes } = await exportOf(store, {}, { signer })
    const path = join(workshop.folder, 'ed25519.pem')
    await fs.writeFile(path, pair.publicPem)
    const folder = await unpacked(bytes)
    expect(await script(folder, [path])).toMatchObject({ code: 0 })
    expect(await script(folder)).toMatchObject({ code: 1, stderr: expect.stringContaining('which was not given') })
    const signature = join(folder, 'data/ledger/000000001.sig')
    expect((await fs.readFile(signature)).length).toBe(64)
    expect((await verified(bytes, pair.publicPem)).exitCode).toBe(0)
  })

  it('fails for every file of which a byte is changed', async () => {
    const own = join(workshop.folder, 'verify-own.sh')
    await fs.writeFile(own, VERIFY_SCRIPT)
    const folder = await unpacked(stamped)
    for (const { name, content } of entriesOf(stamped)) {
      if (content.length === 0 || /^data\/(?:ledger|runs)\/00000000[3-9]/.test(name)) continue
      const changed = Buffer.from(content)
      const at = Math.floor(changed.length / 3)
      changed[at] = (changed[at] ?? 0) ^ 1
      await fs.writeFile(join(folder, name), changed)
      const { code, stderr } = await script(folder, [keyFile], own)
      expect({ name, code }).toEqual({ name, code: 1 })
      expect(stderr).toContain('NOT VERIFIED: ')
      await fs.writeFile(join(folder, name), content)
    }
    expect((await script(folder, [keyFile], own)).code).toBe(0)
  }, 60_000)

  const without = (bytes: Buffer, prefix: string) =>
    archiveOf(entriesOf(bytes).filter(({ name }) => !name.startsWith(prefix)))
  const index = 'data/runs/000000001/index.jsonl'
  const attacks: [string, () => Buffer, string][] = [
    [
      'a file changed and listed anew',
      () => relisted(withFile(whole, 'data/runs/000000001/plan.json', '{}\n')),
      'names other files',
    ],
    [
      'a file added and listed',
      () => relisted(withFile(whole, 'data/runs/000000001/records/x', 'x')),
      'names other files',
    ],
    ['a file added', () => withFile(whole, 'data/runs/000000001/records/x', 'x'), 'added or missing'],
    ['a file removed', () => withFile(whole, index, undefined), 'added or missing'],
    ['a run removed and no longer listed', () => relisted(without(whole, 'data/runs/000000003/')), 'names other files'],
    ['the last entry of the ledger removed', () => relisted(without(whole, 'data/ledger/000000004')), 'is not entry 4'],
    ['an entry in the middle removed', () => relisted(without(whole, 'data/ledger/000000002')), 'entry 2 is missing'],
    [
      'two entries swapped',
      () => {
        const moved = entriesOf(whole).map(({ name, content }) => ({
          name: name.replace(/ledger\/00000000([12])/, (_, n) => `ledger/00000000${3 - Number(n)}`),
          content,
        }))
        return relisted(archiveOf(moved.toSorted((a, b) => (a.name < b.name ? -1 : 1))))
      },
      'is not entry 1',
    ],
    [
      'another entry in the place of the export',
      () => {
        const parts = ['.json', '.sig', '.sigstore.json']
        return relisted(
          parts.reduce(
            (bytes, part) => withFile(bytes, `export${part}`, contentOf(whole, `data/ledger/000000001${part}`)),
            whole,
          ),
        )
      },
      'is not entry 5',
    ],
    [
      'a part of an entry swapped',
      () => relisted(withFile(whole, 'data/ledger/000000001.sig', contentOf(whole, 'data/ledger/000000002.sig'))),
      'the entry and its parts differ',
    ],
    [
      'a script that always agrees',
      () => relisted(withFile(whole, 'verify.sh', 'echo VERIFIED\n')),
      'names other files',
    ],
    [
      'a withheld hash changed',
      () =>
        relisted(
          withFile(
            redacted,
            index,
            contentOf(redacted, index)
              .toString()
              .replace(/"leafHash":"......../, '"leafHash":"00000000'),
          ),
        ),
      'names other files',
    ],
  ]
  it.each(attacks)('fails for %s', async (_, make, why) => {
    const own = join(workshop.folder, 'verify-own.sh')
    await fs.writeFile(own, VERIFY_SCRIPT)
    const bytes = make()
    const { code, stderr } = await script(await unpacked(bytes), [keyFile], own)
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(why) })
    expect((await verified(bytes)).exitCode).toBe(4)
  })

  const dishonest: [string, () => Promise<Buffer>, string][] = [
    ['a run left out', () => resigned(without(whole, 'data/runs/000000003/')), 'not those of the period'],
    [
      'another number of runs',
      () => resigned(whole, ({ predicate }) => void (predicate.runs = 1)),
      'counts other runs',
    ],
    [
      'a record changed',
      () => resigned(withFile(whole, 'data/runs/000000001/records/github-acme/acme/members.jsonl', '{}\n')),
      'a file is not what was sealed',
    ],
    ['a file of no run', () => resigned(withFile(whole, 'data/runs/000000001/records/x', 'x')), 'a file was added'],
    [
      'another plan',
      () => resigned(withFile(whole, 'data/runs/000000001/plan.json', '{}\n')),
      'another plan was opened',
    ],
    ['another index', () => resigned(withFile(whole, index, '{}\n')), 'another manifest or index was sealed'],
    [
      'another hash of a withheld line',
      () =>
        resigned(
          withFile(
            redacted,
            index,
            contentOf(redacted, index)
              .toString()
              .replace(/"leafHash":"......../, '"leafHash":"00000000'),
          ),
        ),
      'another index was sealed',
    ],
    [
      'a shown line changed in a redacted run',
      () =>
        resigned(withFile(redacted, index, contentOf(redacted, index).toString().replace('"count":3', '"count":4'))),
      'another index was sealed',
    ],
    [
      'fewer withheld lines than there are',
      () => resigned(redacted, ({ predicate }) => void (predicate.withheld = 1)),
      'counts other withheld lines',
    ],
    [
      'another root of the ledger',
      () => resigned(whole, ({ predicate }) => void (predicate.ledger.tree.rootHash = '0'.repeat(64))),
      'the root of the ledger is another one',
    ],
  ]
  it.each(dishonest)('fails for what a holder of the key signed: %s', async (_, make, why) => {
    const bytes = await make()
    const { code, stderr } = await script(await unpacked(bytes))
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(why) })
    expect((await verified(bytes)).exitCode).toBe(4)
  })

  it.each([
    ['changed', (folder: string) => fs.writeFile(join(folder, 'data/report/index.html'), '<h1>All pass</h1>')],
    ['added', (folder: string) => fs.writeFile(join(folder, 'data/report/assets/more.js'), 'alert(1)')],
    ['removed', (folder: string) => fs.rm(join(folder, 'data/report/index.html'))],
    [
      'renamed',
      (folder: string) => fs.rename(join(folder, 'data/report/index.html'), join(folder, 'data/report/a.html')),
    ],
  ])('fails for a page of the report that was %s', async (_, change) => {
    const folder = await unpacked(whole)
    await change(folder)
    const { code, stderr } = await script(folder)
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('NOT VERIFIED') })
  })

  it('fails where links stand in the places of files', async () => {
    const folder = await unpacked(whole)
    await fs.rename(join(folder, index), join(folder, '../index'))
    await fs.symlink('../../../../index', join(folder, index))
    expect(await script(folder)).toMatchObject({ code: 1, stderr: expect.stringContaining('links or devices') })
  })

  it.each([
    ['no key', [], 'give the public keys'],
    ['what is no key', ['bagit.txt'], 'is no public key'],
  ])('fails with %s', async (_, args, why) => {
    expect(await script(await unpacked(whole), args)).toMatchObject({ code: 1, stderr: expect.stringContaining(why) })
  })
})

describe('@sigstore/verify', () => {
  it('accepts every bundle of an export', async () => {
    const { bundleFromJSON } = await import('@sigstore/bundle')
    const { toSignedEntity, toTrustMaterial, Verifier } = await import('@sigstore/verify')
    const { createPublicKey } = await import('node:crypto')
    const material = toTrustMaterial(
      {
        mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
        tlogs: [],
        certificateAuthorities: [],
        ctlogs: [],
        timestampAuthorities: [],
      },
      () => ({ publicKey: createPublicKey(key.publicPem), validFor: () => true }),
    )
    const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 })
    const bundles = entriesOf(redacted).filter(({ name }) => name.endsWith('.sigstore.json'))
    expect(bundles.length).toBe(7)
    for (const { content } of bundles) {
      const entity = toSignedEntity(bundleFromJSON(JSON.parse(content.toString())))
      expect(() => verifier.verify(entity)).not.toThrow()
    }
  })
})
