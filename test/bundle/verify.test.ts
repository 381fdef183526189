import fs from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readEnvelope, signedBytes, writeEnvelope } from '../../src/bundle/dsse.ts'
import { BundleError } from '../../src/bundle/errors.ts'
import { createFileSigner, generateKeyPair, type Signer } from '../../src/bundle/keys.ts'
import { manifestText, parsePlan, parseStatement, planBytes } from '../../src/bundle/layout.ts'
import { sha256 } from '../../src/bundle/crypto.ts'
import { leafHash, rootOf } from '../../src/bundle/merkle.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { verifyEvidence } from '../../src/bundle/verify.ts'
import { canonicalize, parseCanonical } from '../../src/model/canonical.ts'
import { objectKey } from '../../src/model/common.ts'
import { IndexLine } from '../../src/model/index-line.ts'
import { RUN_SEALED, type Statement } from '../../src/model/statement.ts'
import { COUNTS, key, outcome, sealedRun, signer, storeIn, temporaryFolder } from './fixture.ts'
import { codesOf as codes, valuesOf, verifyStore } from './verify-fixture.ts'

const RUN = 'runs/000000001'
const SEAL = 'ledger/000000002.sigstore.json'
const otherKey = generateKeyPair()

let pristine: string
let root: string
let parent: string
/** Every file of the run at rest, by what it is. */
let files: string[]

beforeAll(async () => {
  parent = await temporaryFolder()
  pristine = join(parent, 'pristine')
  root = join(parent, 'store')
  await sealedRun(storeIn(pristine))
  files = (await fs.readdir(pristine, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(pristine.length + 1))
    .sort()
})
beforeEach(async () => {
  await fs.rm(root, { recursive: true, force: true })
  await fs.cp(pristine, root, { recursive: true })
})
afterAll(() => fs.rm(parent, { recursive: true, force: true }))

const verify = (pem: string | undefined = key.publicPem, run = 1) => verifyStore(storeIn(root), { pem, runs: [run] })

async function read(path: string): Promise<Buffer> {
  return fs.readFile(join(root, path))
}

async function replace(path: string, bytes: Uint8Array | string): Promise<void> {
  await fs.rm(join(root, path), { force: true })
  await fs.mkdir(join(root, path, '..'), { recursive: true })
  await fs.writeFile(join(root, path), bytes)
}

async function putObject(text: string): Promise<{ sha256: string; size: number }> {
  await replace(objectKey(sha256(text)), text)
  return { sha256: sha256(text), size: Buffer.byteLength(text) }
}

async function statement(): Promise<Statement> {
  const sealed = parseStatement(readEnvelope(await read(SEAL)).payload)
  if (sealed.predicateType !== RUN_SEALED) throw new Error('no seal')
  return sealed
}

/** Seals whatever payload with whatever key: what an attacker, or a faulty agent that holds the key, could write. */
async function reseal(payload: Uint8Array | string, by: Signer = signer): Promise<void> {
  const bytes = Buffer.from(payload)
  await replace(SEAL, writeEnvelope(bytes, await by.sign(signedBytes(bytes)), by))
}

/** `saltLater`: the root of the index is left as it was before a salt was changed. */
type Draft = { lines: IndexLine[]; statement: Statement; saltLater?: true }

/** A run sealed with the right key over an index changed in any way, manifest and digests recomputed. */
async function forge(change: (draft: Draft) => void | Promise<void>): Promise<void> {
  const text = (await read(`${RUN}/index.jsonl`)).toString()
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => IndexLine.parse(parseCanonical(line)))
  const draft: Draft = { lines, statement: await statement() }
  await change(draft)
  if (draft.saltLater) draft.lines[0]!.salt = '0'.repeat(32)
  await sealIndex(draft.lines.map((line) => `${canonicalize(line)}\n`).join(''), draft)
}

async function sealIndex(index: string, draft: Draft): Promise<void> {
  const digests = new Map<string, string>([
    ['plan.json', sha256(await read(`${RUN}/plan.json`))],
    ['index.jsonl', sha256(index)],
  ])
  for (const line of draft.lines) if ('path' in line) digests.set(line.path, line.sha256)
  await replace(`${RUN}/index.jsonl`, index)
  await replace(`${RUN}/manifest-sha256.txt`, manifestText(digests))
  draft.statement.subject[0].digest.sha256 = sha256(manifestText(digests))
  draft.statement.subject[1].digest.sha256 = sha256(index)
  if (draft.lines.length > 0 && !draft.saltLater) {
    draft.statement.predicate.items.rootHash = rootOf(index.trimEnd().split('\n').map(leafHash))
  }
  await reseal(canonicalize(draft.statement))
}

describe('an untouched run', () => {
  it('is intact, authentic, chained and complete', async () => {
    const verification = await verify()
    expect(verification).toMatchObject({ exitCode: 0, failures: [], omitted: 0, incomplete: [] })
    expect(valuesOf(verification)).toEqual({
      intact: 'yes',
      authentic: 'yes',
      chained: 'yes',
      timed: 'no',
      complete: 'yes',
      anchored: 'no',
    })
    expect(verification.checked.files).toBe(6)
    expect(verification.runs).toEqual([
      {
        run: 1,
        job: 'daily',
        status: 'complete',
        sealedAt: '2026-10-01T06:05:00.000Z',
        incomplete: 0,
        withheld: 0,
        timed: { value: 'no', tokens: 0 },
      },
    ])
    expect(verification.head).toEqual({ index: 2, sha256: sha256(canonicalize(await statement())) })
    expect(verification.origin).toBe('affiant.dev/acme-prod')
    expect(verification.keyIds).toEqual([key.keyId])
  })

  it('is authentic and incomplete where something was not read: exit 3', async () => {
    const { number } = await sealedRun(storeIn(root), { failed: true })
    const verification = await verify(key.publicPem, number)
    expect(verification).toMatchObject({ exitCode: 3, failures: [] })
    expect(verification.incomplete).toEqual([
      { code: 'failed', run: number, job: 'daily', planItem: 'github-acme/github.members/acme', detail: 'denied' },
    ])
    // The other run is not asked for.
    expect((await verify()).exitCode).toBe(0)
  })

  it('is verified with all others of its store, and each object is read once', async () => {
    await sealedRun(storeIn(root))
    const gets: string[] = []
    const store = storeIn(root)
    const reader = storeReader({
      ...store,
      get: (name) => {
        gets.push(name)
        return store.get(name)
      },
    })
    const verification = await verifyEvidence({ reader, trust: trustKeys([key.publicPem]) })
    expect(verification).toMatchObject({ exitCode: 0, runCounts: { sealed: 2, aborted: 0, open: 0, verified: 2 } })
    expect(verification.checked.files).toBe(12)
    const objects = gets.filter((name) => name.startsWith('objects/'))
    expect(objects).toHaveLength(new Set(objects).size)
  })
})

describe('the signer', () => {
  it('is unknown if nobody is trusted: exit 5, and the rest is checked', async () => {
    const verification = await verifyEvidence({ reader: storeReader(storeIn(root)), trust: undefined, runs: [1] })
    expect(valuesOf(verification)).toMatchObject({ intact: 'yes', authentic: 'no', chained: 'yes', complete: 'yes' })
    expect(codes(verification)).toEqual(['signer-unknown'])
    expect(verification.checked.files).toBe(6)
    expect(verification.exitCode).toBe(5)
  })

  it('is unpinned on first use: exit 5 without a failure', async () => {
    const verification = await verifyEvidence({ reader: storeReader(storeIn(root)), trust: 'first-use' })
    expect(valuesOf(verification)).toMatchObject({ intact: 'yes', authentic: 'unpinned', chained: 'yes' })
    expect(verification).toMatchObject({ exitCode: 5, failures: [] })
  })

  it('is not trusted with another key: exit 5', async () => {
    const verification = await verify(otherKey.publicPem)
    expect(codes(verification)).toEqual(['signer-untrusted'])
    expect(verification.exitCode).toBe(5)
  })

  it('is not trusted when somebody else sealed the run again', async () => {
    const forged = await statement()
    forged.predicate.keyid = otherKey.keyId
    await reseal(canonicalize(forged), createFileSigner(otherKey.privatePem))
    expect(codes(await verify())).toEqual(['signer-untrusted'])
  })

  it('cannot be claimed by somebody else: exit 4', async () => {
    const other = createFileSigner(otherKey.privatePem)
    await reseal(canonicalize(await statement()), { ...other, keyId: key.keyId })
    const verification = await verify()
    expect(codes(verification)).toEqual(['signature-invalid'])
    expect(verification.exitCode).toBe(4)
  })

  it('must be the one the statement names', async () => {
    const forged = await statement()
    forged.predicate.keyid = otherKey.keyId
    await reseal(canonicalize(forged))
    expect(codes(await verify())).toEqual(['envelope-invalid', 'statement-invalid'])
  })

  it('is never taken from a private key or from something else', async () => {
    await expect(verify(key.privatePem)).rejects.toThrow('private key')
    await expect(verify('no key')).rejects.toBeInstanceOf(BundleError)
  })

  it('does not hide a changed file: 4 beats 5', async () => {
    await fs.rm(join(root, `${RUN}/plan.json`))
    const verification = await verify(otherKey.publicPem)
    expect(codes(verification)).toEqual(['file-missing', 'signer-untrusted'])
    expect(verification.exitCode).toBe(4)
  })
})

const reasonFor = (file: string) => ({
  changed: file.startsWith('objects/')
    ? 'object-changed'
    : { 'plan.json': 'plan-changed', 'index.jsonl': 'index-changed', 'manifest-sha256.txt': 'manifest-changed' }[
        file.slice(RUN.length + 1)
      ],
  removed: file.startsWith('objects/')
    ? 'object-missing'
    : file.startsWith('ledger/')
      ? 'entry-missing'
      : 'file-missing',
})

describe('every file of the run', () => {
  it('has its reason when a byte is flipped, and names the file', async () => {
    expect(files).toHaveLength(12)
    for (const file of files.filter((name) => !name.startsWith('ledger/'))) {
      const bytes = await read(file)
      if (bytes.length === 0) continue
      bytes[bytes.length >> 1]! ^= 1
      await replace(file, bytes)
      const verification = await verify()
      expect({ file, codes: codes(verification), exit: verification.exitCode }).toEqual({
        file,
        codes: expect.arrayContaining([reasonFor(file).changed]),
        exit: 4,
      })
      await fs.cp(join(pristine, file), join(root, file), { force: true })
    }
  })

  it('has its reason when a byte is added', async () => {
    for (const file of files.filter((name) => !name.startsWith('ledger/'))) {
      await replace(file, Buffer.concat([await read(file), Buffer.from('\n')]))
      expect([file, ...codes(await verify())]).toContain(reasonFor(file).changed)
      await replace(file, await fs.readFile(join(pristine, file)))
    }
  })

  it('has its reason when it is removed', async () => {
    for (const file of files.filter((name) => name !== SEAL)) {
      await fs.rm(join(root, file))
      const verification = await verify()
      expect([file, ...codes(verification)]).toContain(reasonFor(file).removed)
      expect(verification.exitCode).toBe(4)
      await fs.cp(join(pristine, file), join(root, file))
    }
  })

  it('leaves a run without an end when it is the last entry, which only a known head would show: exit 3', async () => {
    await fs.rm(join(root, SEAL))
    const verification = await verify()
    expect(verification).toMatchObject({ exitCode: 3, failures: [] })
    expect(verification.incomplete).toMatchObject([{ code: 'open', run: 1, job: 'daily' }])
    expect(verification.runs).toMatchObject([{ run: 1, status: 'open' }])
  })

  it('is unreadable where something else than a file stands in its place', async () => {
    for (const file of files) {
      await fs.rm(join(root, file))
      await fs.symlink(join(pristine, file), join(root, file))
      expect([file, ...codes(await verify())]).toContain('unreadable')
      await fs.rm(join(root, file))
      await fs.cp(join(pristine, file), join(root, file))
    }
  })

  it('cannot be changed by a single byte without rejection', async () => {
    const change = fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(change, async ([file, position, mask]) => {
        const path = files[file % files.length]!
        const bytes = await read(path)
        fc.pre(bytes.length > 0)
        bytes[position % bytes.length]! ^= mask
        await replace(path, bytes)
        const verification = await verify()
        await replace(path, await fs.readFile(join(pristine, path)))
        expect(verification.failures).not.toEqual([])
        expect(verification.exitCode).toBeGreaterThanOrEqual(4)
      }),
      { numRuns: 200 },
    )
    expect(codes(await verify())).toEqual([])
  })

  it('is not joined by another one', async () => {
    for (const name of ['note.txt', '.hidden', 'records/a.jsonl', 'naïve\u202e.json']) {
      await replace(`${RUN}/${name}`, 'x')
      const verification = await verify()
      expect([name, ...codes(verification)]).toEqual([name, 'file-added'])
      expect(verification.failures[0]?.file).toMatch(/^[\x20-\x7e]+$/)
      await fs.rm(join(root, RUN, name.split('/')[0]!), { recursive: true })
    }
  })
})

describe('the seal', () => {
  it('of another run does not fit', async () => {
    await sealedRun(storeIn(root), { failed: true })
    await replace(SEAL, await read('ledger/000000004.sigstore.json'))
    const verification = await verify()
    expect(codes(verification)).toEqual([
      'entry-misplaced',
      'open-runs-wrong',
      'previous-wrong',
      'root-wrong',
      'sealed-unopened',
    ])
    expect(verification.exitCode).toBe(4)
  })

  it('of another plan than was opened does not fit', async () => {
    const text = (await read(`${RUN}/plan.json`)).toString().replace('Protect it.', 'Leave it.')
    await replace(`${RUN}/plan.json`, text)
    await forge((draft) => void (draft.statement.predicate.plan.sha256 = sha256(text)))
    expect(codes(await verify())).toEqual(['plan-changed', 'plan-swapped'])
  })

  it('and the whole folder under another number do not fit', async () => {
    await fs.cp(join(root, RUN), join(root, 'runs/000000007'), { recursive: true })
    expect(codes(await verify(key.publicPem, 7))).toEqual(['run-missing'])
    expect(codes(await verifyStore(storeIn(root)))).toEqual(['file-added'])
  })

  it('is missing for a run that is not there at all', async () => {
    expect(codes(await verify(key.publicPem, 9))).toEqual(['run-missing'])
  })

  it.each<[string, (text: string) => string]>([
    ['white space', (text) => text.replace('{', '{ ')],
    ['a second line feed', (text) => `${text}\n`],
    ['no line feed', (text) => text.trimEnd()],
    ['a second signature', (text) => text.replace(/"signatures":\[(.*?)\]/, '"signatures":[$1,$1]')],
    ['no signature', (text) => text.replace(/"signatures":\[.*?\]/, '"signatures":[]')],
    ['another payload type', (text) => text.replace('vnd.in-toto+json', 'json')],
    ['another media type', (text) => text.replace('v0.3', 'v0.2')],
    ['an unknown key', (text) => text.replace('"mediaType"', '"extra":1,"mediaType"')],
    ['a duplicate key', (text) => text.replace('"payload"', '"payload":"","payload"')],
    [
      'a wrong hint',
      (text) => text.replace(/"hint":"[0-9a-f]/, (match) => `${match.slice(0, -1)}${match.endsWith('0') ? '1' : '0'}`),
    ],
    ['URL-safe base64', (text) => text.replace(/"sig":"(.)/, '"sig":"-')],
    ['white space in base64', (text) => text.replace('"sig":"', '"sig":" ')],
    ['nothing', () => ''],
    ['deep nesting', () => `${'['.repeat(200_000)}\n`],
  ])('with %s is not an envelope of ours', async (_, change) => {
    await replace(SEAL, change((await read(SEAL)).toString()))
    expect(codes(await verify())).toContain('envelope-invalid')
  })

  it('must hold a canonical statement of the right shape', async () => {
    const text = canonicalize(await statement())
    for (const payload of [
      `${text}\n`,
      text.replace('{', '{ '),
      text.replace('run-sealed/v1', 'run-sealed/v2'),
      '{}',
      '\u{feff}{}',
    ]) {
      await reseal(payload)
      expect([payload, ...codes(await verify())]).toEqual([payload, 'statement-invalid'])
    }
  })
})

const first = <Kind extends IndexLine['kind']>(draft: Draft, kind: Kind) =>
  draft.lines.find((line): line is Extract<IndexLine, { kind: Kind }> => line.kind === kind)!
const source = (draft: Draft) => first(draft, 'source')
const renumber = (draft: Draft) => {
  for (const [seq, line] of draft.lines.entries()) line.seq = seq
}
const drop = (draft: Draft, which: (line: IndexLine) => boolean) => {
  draft.lines = draft.lines.filter((line) => !which(line))
  renumber(draft)
}

describe('a run sealed with the right key over something wrong', () => {
  it.each<[string, string, (draft: Draft) => void | Promise<void>]>([
    ['numbers out of order', 'index-invalid', (draft) => void (source(draft).seq = 5)],
    ['two lines swapped', 'index-invalid', (draft) => void (draft.lines = draft.lines.toReversed())],
    ['a path twice', 'index-invalid', (draft) => void (first(draft, 'receipts').path = first(draft, 'records').path)],
    [
      'a file in the wrong folder',
      'index-invalid',
      (draft) => void (first(draft, 'receipts').path = 'records/x.jsonl'),
    ],
    [
      'a source that was not planned',
      'index-invalid',
      (draft) => void draft.lines.push({ ...source(draft), source: 'extra', seq: draft.lines.length }),
    ],
    [
      'results from something that is no records line',
      'index-invalid',
      (draft) => void (first(draft, 'results').derivedFrom = [0]),
    ],
    [
      'another schema than planned',
      'index-invalid',
      (draft) => void (first(draft, 'records').schema = 'github.repositories/9'),
    ],
    [
      'an outcome left out',
      'outcome-missing',
      (draft) => drop(draft, (line) => line.kind === 'outcome' && line.stream === 'git.files'),
    ],
    [
      'a source left out',
      'outcome-missing',
      (draft) => drop(draft, (line) => line.kind === 'source' && line.source === 'git-api'),
    ],
    [
      'a scope that nobody visited',
      'outcome-missing',
      (draft) => void first(draft, 'source').scopes.push({ id: 'forgotten' }),
    ],
    [
      'two outcomes',
      'outcome-duplicate',
      (draft) => void draft.lines.push({ ...first(draft, 'outcome'), seq: draft.lines.length }),
    ],
    ['records that were not counted', 'counts-wrong', (draft) => void (first(draft, 'outcome').outcome = outcome(2))],
    ['a wrong number of lines', 'counts-wrong', (draft) => void (first(draft, 'receipts').count = 2)],
    ['a wrong tally', 'counts-wrong', (draft) => void (draft.statement.predicate.outcomes.complete = 9)],
    ['a wrong root of the index', 'root-wrong', (draft) => void (draft.saltLater = true)],
    [
      'a wrong root of a records file',
      'root-wrong',
      (draft) => void (first(draft, 'records').lines!.rootHash = '0'.repeat(64)),
    ],
    ['a tree of another count', 'counts-wrong', (draft) => void (first(draft, 'records').lines!.count = 9)],
    ['a wrong size', 'size-wrong', (draft) => void (first(draft, 'receipts').size += 1)],
    ['no results of a check', 'results-mismatch', (draft) => drop(draft, (line) => line.kind === 'results')],
    [
      'a summary that hides a failure',
      'results-mismatch',
      (draft) => void (first(draft, 'results').summary.counts = { ...COUNTS, passed: 2, failed: 0 }),
    ],
    ['a pass with a failure', 'results-mismatch', (draft) => void (first(draft, 'results').summary.status = 'pass')],
    ['another revision', 'results-mismatch', (draft) => void (first(draft, 'results').summary.revision = 4)],
    ['no controls of a mapping', 'controls-mismatch', (draft) => drop(draft, (line) => line.kind === 'controls')],
    [
      'a status that is not that of the outcomes',
      'statement-invalid',
      (draft) => void (draft.statement.predicate.run.status = 'failed'),
    ],
    [
      'another configuration',
      'statement-invalid',
      (draft) => void (draft.statement.predicate.config.sha256 = '0'.repeat(64)),
    ],
    [
      'a seal before the opening',
      'times-wrong',
      (draft) => void (draft.statement.predicate.run.sealedAt = '2020-01-01T00:00:00.000Z'),
    ],
    [
      'records that are not canonical',
      'content-invalid',
      async (draft) => void Object.assign(first(draft, 'records'), await putObject('{"b":1,"a":2}\n{}\n{}\n')),
    ],
    [
      'records without a line feed',
      'content-invalid',
      async (draft) => void Object.assign(first(draft, 'records'), await putObject('{}\n{}\n{}')),
    ],
    [
      'results of another shape',
      'content-invalid',
      async (draft) => void Object.assign(first(draft, 'results'), await putObject('{}\n{}\n{}\n')),
    ],
    [
      'receipts of another shape',
      'content-invalid',
      async (draft) => void Object.assign(first(draft, 'receipts'), await putObject('{}\n')),
    ],
    [
      'controls of another shape',
      'content-invalid',
      async (draft) => void Object.assign(first(draft, 'controls'), await putObject('{}\n')),
    ],
  ])('is rejected for %s: %s', async (_, code, change) => {
    await forge(change)
    const verification = await verifyStore(storeIn(root), { runs: [1], deep: true })
    expect(valuesOf(verification)).toMatchObject({ intact: 'no', authentic: 'yes', complete: 'no' })
    expect(codes(verification)).toContain(code)
    expect(verification.exitCode).toBe(4)
  })

  it('is rejected for an index that is not canonical, or leaves the folder', async () => {
    const text = (await read(`${RUN}/index.jsonl`)).toString()
    for (const index of [
      text.replace('{', '{ '),
      text.trimEnd(),
      `${text}\n`,
      text.replace('"records/', '"../records/'),
      `\u{feff}${text}`,
    ]) {
      await sealIndex(index, { lines: [], statement: await statement() })
      expect(codes(await verify())).toContain('index-invalid')
    }
  })

  it('is rejected for a manifest that lists something else than the index', async () => {
    const draft = await statement()
    const manifest = (await read(`${RUN}/manifest-sha256.txt`)).toString().split('\n')
    for (const text of [
      manifest.slice(1).join('\n'),
      manifest.toReversed().join('\n'),
      `${'0'.repeat(64)}  records/x\n${manifest.join('\n')}`,
    ]) {
      await replace(`${RUN}/manifest-sha256.txt`, text)
      draft.subject[0].digest.sha256 = sha256(text)
      await reseal(canonicalize(draft))
      expect(codes(await verify())).toContain('manifest-index-mismatch')
    }
  })

  it('is rejected for a plan that is not canonical or of the wrong shape', async () => {
    const text = (await read(`${RUN}/plan.json`)).toString()
    for (const plan of [text.replace('{', '{ '), text.trimEnd(), '{}\n']) {
      await replace(`${RUN}/plan.json`, plan)
      const draft = await statement()
      draft.predicate.plan.sha256 = sha256(plan)
      await reseal(canonicalize(draft))
      expect(codes(await verify())).toContain('plan-invalid')
    }
  })

  it('is rejected for a changed plan whose digest was left alone', async () => {
    const plan = parsePlan(await read(`${RUN}/plan.json`))
    await replace(`${RUN}/plan.json`, planBytes({ ...plan, checks: [] }))
    expect(codes(await verify())).toEqual(['plan-changed', 'results-mismatch'])
  })
})

it('lists at most 1,000 failures, and counts the others', async () => {
  const line = '{}\n'.repeat(1500)
  await replace(`${RUN}/index.jsonl`, line)
  const verification = await verify()
  expect(verification.failures).toHaveLength(1000)
  expect(verification.omitted).toBeGreaterThan(500)
  expect(verification.exitCode).toBe(4)
})
