import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildVerifiers } from '../../scripts/build/verifier.ts'
import { generateKeyPair } from '../../src/bundle/keys.ts'
import { lineTree } from '../../src/bundle/merkle.ts'
import type { VerifyJson } from '../../src/report/json/verify.ts'
import { createEvidence } from '../../src/store/evidence.ts'
import { key, outcome, sealedRun, storeIn, temporaryFolder } from '../bundle/fixture.ts'
import {
  archiveOf,
  BASE,
  contentOf,
  entriesOf,
  exportOf,
  smallReport,
  storeWithRuns,
  verified,
  withFile,
} from '../export/support.ts'
import { startChromium } from '../support/chromium.ts'

let folder: string
let browser: Awaited<ReturnType<typeof startChromium>>
let good: Buffer
/** Everything that the browser complained of: a breach of the page's policy among it. */
const complaints: string[] = []

const RECORDS = /^data\/runs\/\d+\/records\/github/

beforeAll(async () => {
  folder = await temporaryFolder()
  await buildVerifiers(folder)
  const { store } = await storeWithRuns(2)
  good = (await exportOf(store, { report: smallReport })).bytes
  browser = await startChromium()
}, 120_000)

afterAll(() => browser[Symbol.asyncDispose]())

interface Shown {
  verdict: string
  levels: Record<string, string>
  codes: string[]
  text: string
  saved: VerifyJson | undefined
}

/** Gives the page two files, as a person would, and reads what it shows. */
async function shownFor(archive: Buffer, trust: string, { save = false } = {}): Promise<Shown> {
  const files = { export: join(folder, 'given.evx.tar'), trust: join(folder, 'given.pem') }
  await writeFile(files.export, archive)
  await writeFile(files.trust, trust)
  const page = await browser.context.newPage()
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`file://${join(folder, 'verify.html')}`)
  await page.setInputFiles('#export', files.export)
  await page.setInputFiles('#trust', files.trust)
  await page.click('#verify')
  await page.waitForSelector('#verdict', { timeout: 60_000 })
  const shown = {
    verdict: (await page.textContent('#verdict')) ?? '',
    levels: Object.fromEntries(
      await page.$$eval('[data-level]', (all) => all.map((one) => [one.dataset.level, one.dataset.value] as const)),
    ),
    codes: await page.$$eval('[data-code]', (all) => all.map((one) => one.dataset.code ?? '')),
    text: (await page.textContent('#report')) ?? '',
  }
  let saved: VerifyJson | undefined
  if (save) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Save this report')])
    saved = JSON.parse(await readFile(await download.path(), 'utf8')) as VerifyJson
  }
  await page.close()
  return { ...shown, saved }
}

test('a good export: the same levels and the same report as the library gives', async () => {
  const { saved, ...shown } = await shownFor(good, key.publicPem, { save: true })
  const expected = await verified(good)
  expect(shown.verdict).toBe('This export is verified.')
  expect(shown.levels).toEqual({
    intact: 'yes',
    authentic: 'yes',
    chained: 'yes',
    timed: 'no',
    complete: 'yes',
    anchored: 'no',
  })
  expect(saved?.levels).toEqual(expected.levels)
  expect(saved?.head?.statementSha256).toBe(expected.head?.sha256)
  expect(saved?.checked).toEqual(expected.checked)
  expect(shown.text).toContain('Example Auditors Ltd')
})

describe('an attacked export: the same reasons as the library gives', () => {
  const flipped = (name: string) => {
    const content = Buffer.from(contentOf(good, name))
    content[0] = (content[0] ?? 0) ^ 1
    return withFile(good, name, content)
  }
  const nameOf = (pattern: RegExp) => entriesOf(good).find(({ name }) => pattern.test(name))?.name ?? ''
  const attacks: readonly (readonly [string, () => Buffer])[] = [
    ['a record changed', () => flipped(nameOf(RECORDS))],
    ['a record replaced', () => withFile(good, nameOf(RECORDS), '{}\n')],
    ['the statement of an entry changed', () => flipped('data/ledger/000000001.json')],
    ['a page of the report replaced', () => withFile(good, 'data/report/index.html', '<h1>All pass</h1>')],
    ['a script put into the report', () => withFile(good, 'data/report/more.js', 'alert(1)')],
    ['a program put into the report', () => withFile(good, 'data/report/more.exe', 'MZ')],
    ['an entry removed', () => archiveOf(entriesOf(good).filter(({ name }) => !name.includes('000000002')))],
    ['a file added', () => withFile(good, 'data/runs/extra.txt', 'x')],
    ['verify.sh changed', () => withFile(good, 'verify.sh', 'echo verified\n')],
    ['cut short', () => good.subarray(0, good.length - 2048)],
    ['no archive', () => Buffer.from('<html><script>alert(1)</script>')],
    ['a hostile name', () => renamed(good, 'verify.sh', '../\u202Eetc/\u001B[31m<img src=x onerror=alert(1)>')],
  ]
  test.each(attacks)(
    '%s',
    async (_, make) => {
      const bytes = make()
      const [shown, expected] = [await shownFor(bytes, key.publicPem), await verified(bytes)]
      expect(expected.exitCode).toBe(4)
      expect(shown.verdict).toBe('This export is NOT verified.')
      expect(shown.levels.intact).toBe('no')
      expect(shown.codes).toEqual(expected.failures.map(({ code }) => code))
      // No character of the evidence can change how the page reads.
      for (const dangerous of ['\u001B', '\u202E']) expect(shown.text).not.toContain(dangerous)
    },
    60_000,
  )
})

test('another key: not trusted', async () => {
  const shown = await shownFor(good, generateKeyPair().publicPem)
  expect(shown.verdict).toBe('This export is NOT verified: the signer is not trusted.')
  expect(shown.levels).toMatchObject({ intact: 'yes', authentic: 'no' })
})

test('a policy that cannot be used is named, and nothing is said of the export', async () => {
  const shown = await shownFor(good, '{"version":2}')
  expect(shown.verdict).toBe('Nothing was verified.')
  expect(shown.text).toContain('the trust policy cannot be used')
})

test('two hundred megabytes, in a tab that stays alive', async () => {
  const { bytes } = await exportOf(await largeStore(200_000, 1000))
  expect(bytes.length).toBeGreaterThan(200_000_000)
  const { verdict, levels } = await shownFor(bytes, key.publicPem)
  expect(verdict).toBe('This export is verified.')
  expect(levels.intact).toBe('yes')
  const at = bytes.indexOf('record 150000')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  const { codes } = await shownFor(bytes, key.publicPem)
  expect(codes).toContain('object-changed')
}, 240_000)

test('it asked no network for anything, and broke none of its own rules', () => {
  expect(browser.asked).toEqual([])
  expect(complaints).toEqual([])
})

/** A store with one sealed run, one file of which has that many records of that many bytes. */
async function largeStore(count: number, size: number) {
  const store = storeIn(await temporaryFolder())
  const writer = await createEvidence(store, lineTree).create({ tree: true })
  for (let at = 0; at < count; at++) {
    const start = `{"id":"record ${at}","text":"`
    await writer.write(`${start}${'x'.repeat(size - start.length - 2)}"}`)
  }
  const large = await writer.store()
  await sealedRun(store, {
    change: (entries) =>
      entries.map((entry) => {
        if (entry.kind === 'records' && entry.schema === 'git.files/1') return { ...entry, ...large }
        return entry.kind === 'outcome' && entry.stream === 'git.files' ? { ...entry, outcome: outcome(count) } : entry
      }),
  })
  return store
}

/** The archive with another name in one header, and a checksum that fits it: names that our writer would not write. */
function renamed(bytes: Buffer, from: string, to: string): Buffer {
  const changed = Buffer.from(bytes)
  const header = changed.subarray(changed.indexOf(`/${from}\0`) - BASE.length)
  header.fill(0, 0, 100)
  header.write(`${BASE}/${to}`)
  header.fill(0x20, 148, 156)
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return changed
}
