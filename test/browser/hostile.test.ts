import fs from 'node:fs/promises'
import { join, posix } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportOfExport } from '../../src/runtime/export-report.ts'
import { affiant } from '../cli/fake-environment.ts'
import { storeIn, temporaryFolder } from '../bundle/fixture.ts'
import { exportOf, QUARTER, verified } from '../export/support.ts'
import { startChromium } from '../support/chromium.ts'
import { AGENT, hostileRuns, MARK, publicPem, signer } from './hostile-run.ts'
import { filesOf, kindsOf, openTab, tooWide, unpackedReport } from './support.ts'

/*
 * Whoever holds the key of an agent seals what they like, and so does a source that answers what it likes. Whatever stands in the
 * evidence is text for the report, and nothing else.
 */

let cwd: string
let report: string
let browser: Awaited<ReturnType<typeof startChromium>>

beforeAll(async () => {
  cwd = await temporaryFolder()
  const store = storeIn(join(cwd, 'evidence'))
  await hostileRuns(store)
  const make = await reportOfExport(
    { frameworks: ['nist-csf-2.0'], populations: true },
    { period: QUARTER, exportedAt: '2027-01-05T09:00:00.000Z' },
  )
  const { bytes } = await exportOf(store, { report: make }, { signer, agent: AGENT })
  expect((await verified(bytes, publicPem)).failures).toEqual([])
  await fs.writeFile(join(cwd, 'given.evx.tar'), bytes)
  report = await unpackedReport(bytes)
  browser = await startChromium()
}, 60_000)
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await fs.rm(cwd, { recursive: true, force: true })
})

const read = async (name: string) => fs.readFile(join(report, name), 'utf8')

/** Letters that cannot be seen, or that turn round what stands beside them; and what terminals obey. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/

/** What is in a page besides what our own templates put there. */
function intruders() {
  const allowed = (script: HTMLScriptElement) => /\/assets\/report\.js$/.test(script.src) && script.textContent === ''
  const found = [
    ...document.querySelectorAll(
      '[data-hit], iframe, frame, object, embed, base, style, form[action], img, audio, video',
    ),
    ...[...document.querySelectorAll('script')].filter((one) => !allowed(one)),
    ...[...document.querySelectorAll('link')].filter((one) => !/\/assets\/report\.css$/.test(one.href)),
    ...[...document.querySelectorAll('meta[http-equiv]')].filter(
      (one) => one.getAttribute('http-equiv') !== 'Content-Security-Policy',
    ),
    ...[...document.querySelectorAll('*')].filter((one) =>
      [...one.attributes].some(
        ({ name, value }) =>
          name.startsWith('on') ||
          name === 'style' ||
          (/^\s*(?:javascript|data|vbscript):/i.test(value) &&
            /^(?:href|src|action|formaction|xlink:href)$/.test(name)),
      ),
    ),
  ]
  // Links of a drawing have another kind of `href` than others.
  const outside = [...document.querySelectorAll('a[href]')]
    .map((one) => new URL(one.getAttribute('href') ?? '', document.baseURI).href)
    .filter((href) => !href.startsWith('file:'))
  return { elements: found.map(({ outerHTML }) => outerHTML.slice(0, 200)), outside, text: document.body.innerText }
}

describe.each([true, false])('hostile evidence, with JavaScript: %s', (javaScript) => {
  test('does nothing on any page, and is shown as text', async () => {
    const all = await filesOf(report, '.html')
    expect(all).toContain('index.html')
    const pages = javaScript ? all : kindsOf(all)
    const { page, misdeeds } = await openTab(browser.context)
    // Without its own script a page shows all the same; with it, the script must not make more of a text than it is.
    if (!javaScript) await page.route('**/*.js', (route) => route.abort())
    let shown = 0
    for (const name of pages) {
      await page.goto(`file://${join(report, name)}`)
      const { elements, outside, text } = await page.evaluate(intruders)
      expect({ name, elements, outside }).toEqual({ name, elements: [], outside: [] })
      expect({ name, unseen: UNSEEN.exec(text.replaceAll('\n', ''))?.[0] }).toEqual({ name, unseen: undefined })
      if (text.includes(MARK)) shown += 1
    }
    expect(shown).toBeGreaterThan(5)
    const complaints = misdeeds.complaints.filter((text) => javaScript || !text.includes('net::ERR_FAILED'))
    expect({ dialogs: misdeeds.dialogs, complaints, asked: browser.asked }).toEqual({
      dialogs: [],
      complaints: [],
      asked: [],
    })
    await page.close()
  }, 60_000)
})

test('no name makes a page wider than a telephone', async () => {
  const page = await browser.context.newPage()
  expect(await tooWide(page, report, kindsOf(await filesOf(report, '.html')))).toEqual([])
  await page.close()
}, 30_000)

test('pages hold no character that cannot be seen', async () => {
  for (const name of await filesOf(report, '.html')) {
    const found = UNSEEN.exec((await read(name)).replaceAll('\n', ''))
    expect({ name, found: found?.[0] }).toEqual({ name, found: undefined })
  }
})

test('every link leads to a file that is there, and to a place in it', async () => {
  const pages = await filesOf(report, '.html')
  const files = new Set(await filesOf(report, ''))
  const texts = new Map(await Promise.all(pages.map(async (name) => [name, await read(name)] as const)))
  const dead: string[] = []
  for (const [name, text] of texts) {
    for (const [, href = ''] of text.matchAll(/<(?:a|link)[^>]*? href="([^"]*)"/g)) {
      const [path, anchor] = href.split('#')
      const target = path ? posix.join(posix.dirname(name), path) : name
      const isThere = anchor === undefined || texts.get(target)?.includes(` id="${anchor}"`) === true
      if (!files.has(target) || !isThere) dead.push(`${name}: ${href}`)
    }
  }
  expect(dead).toEqual([])
})

test('no cell of a CSV is a formula', async () => {
  const files = await filesOf(report, '.csv')
  expect(files.length).toBeGreaterThan(0)
  for (const name of files) {
    const text = await read(name)
    expect(text).toContain('=1+1')
    const cells = [...text.matchAll(/(?<=^|,)(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?=,|\r\n|$)/gm)]
    for (const [, quoted, plain] of cells) expect(quoted ?? plain).not.toMatch(/^[=+\-@\t\r]/)
  }
})

test('JSON and machine formats are read as what they are', async () => {
  const files = [...(await filesOf(report, '.json')), ...(await filesOf(report, '.sarif'))]
  expect(files.length).toBeGreaterThan(1)
  for (const name of files) expect(typeof JSON.parse(await read(name))).toBe('object')
  for (const name of await filesOf(report, '.jsonl'))
    for (const line of (await read(name)).trimEnd().split('\n')) expect(typeof JSON.parse(line)).toBe('object')
})

/** What terminals obey, and what turns text round. Line feeds are ours. */
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/

test.each([
  'show 3 --store evidence',
  'show 3 --failed --store evidence',
  'show 3 --unknown --store evidence',
  'show 3 --control A.8.32 --store evidence',
  'diff 1 3 --store evidence',
  'list --store evidence',
  'population list 3 --store evidence',
  'ledger --store evidence',
  'verify given.evx.tar --trust-on-first-use',
])('a terminal is told nothing by: %s', async (line) => {
  const { out, err } = await affiant(line, { cwd })
  expect(out.length).toBeGreaterThan(50)
  expect(OBEYED.exec(out + err)?.[0]).toBeUndefined()
})
