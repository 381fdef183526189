import fs from 'node:fs/promises'
import { join, posix } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportOfExport } from '../../src/runtime/export-report.ts'
import { affiant } from '../cli/fake-environment.ts'
import { storeIn, temporaryFolder } from '../bundle/fixture.ts'
import { exportOf, QUARTER, verified } from '../export/support.ts'
import { startChromium } from '../support/chromium.ts'
import { AGENT, hostileRuns, MARK, publicPem, signer } from './hostile-run.ts'
import { filesOf, kindsOf, openTab, removeReport, tooWide, unpackedReport } from './support.ts'

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
  await fs.writeFile(join(cwd, 'given.evx.tar'), bytes)
  report = await unpackedReport(bytes)
  browser = await startChromium()
}, 60_000)
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await removeReport(report)
  await fs.rm(cwd, { recursive: true, force: true })
})

test('the evidence is what was sealed: a verifier has nothing against it', async () => {
  const { failures } = await verified(await fs.readFile(join(cwd, 'given.evx.tar')), publicPem)
  expect(failures).toEqual([])
})

const read = async (name: string) => fs.readFile(join(report, name), 'utf8')

/** Letters that cannot be seen, or that turn round what stands beside them; and what terminals obey. */
const UNSEEN = /[^\P{Cc}\n\t]|\p{Cf}/u

/** An element of a page, as far as it is looked at. */
interface Piece {
  outerHTML: string
  textContent: string
  attributes: Iterable<{ name: string; value: string }>
  getAttribute(name: string): string | null
}
interface Root {
  ownerDocument: { baseURI: string; body: { innerText: string } }
  querySelectorAll(selector: string): Iterable<Piece>
}

/** What is in a page besides what our own templates put there. Runs in the page. */
function intruders(root: Root) {
  const all = (selector: string) => [...root.querySelectorAll(selector)]
  const leads = (one: Piece, name: string) => new URL(one.getAttribute(name) ?? '', root.ownerDocument.baseURI).href
  const acts = ({ name, value }: { name: string; value: string }) =>
    name.startsWith('on') ||
    name === 'style' ||
    (/^(?:href|src|action|formaction|xlink:href)$/.test(name) && /^\s*(?:javascript|data|vbscript):/i.test(value))
  const found = [
    ...all('[data-hit], iframe, frame, object, embed, base, style, form[action], img, audio, video'),
    ...all('script').filter((one) => !leads(one, 'src').endsWith('/assets/report.js') || one.textContent !== ''),
    ...all('link').filter((one) => !leads(one, 'href').endsWith('/assets/report.css')),
    ...all('meta[http-equiv]').filter((one) => one.getAttribute('http-equiv') !== 'Content-Security-Policy'),
    ...all('*').filter((one) => [...one.attributes].some(acts)),
  ]
  return {
    elements: found.map(({ outerHTML }) => outerHTML.slice(0, 200)),
    outside: all('a[href]')
      .map((one) => leads(one, 'href'))
      .filter((href) => !href.startsWith('file:')),
    text: root.ownerDocument.body.innerText,
  }
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
      const { elements, outside, text } = await page.$eval('html', intruders)
      expect({ name, elements, outside }).toEqual({ name, elements: [], outside: [] })
      expect({ name, unseen: UNSEEN.exec(text)?.[0] }).toEqual({ name, unseen: undefined })
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
    const found = UNSEEN.exec(await read(name))
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

test('JSON is read as what it is', async () => {
  const files = await filesOf(report, '.json')
  expect(files.length).toBeGreaterThan(1)
  for (const name of files) expect(typeof JSON.parse(await read(name))).toBe('object')
})

/** What terminals obey, and what turns text round. Line feeds are ours. */
const OBEYED = /[^\P{Cc}\n]|\p{Cf}/u

test.each([
  'show 3 --store evidence',
  'show 3 --failed --store evidence',
  'show 3 --unknown --store evidence',
  'show 3 --control A.8.32 --store evidence',
  'diff 1 3 --store evidence',
  'list --store evidence',
  'population list 3 --store evidence',
  'ledger --store evidence',
  'report 3 --format oscal --store evidence',
  'report 3 --format ocsf --store evidence',
  'report 3 --format sarif --store evidence',
  'verify given.evx.tar --trust-on-first-use',
])('a terminal is told nothing by: %s', async (line) => {
  const { out, err } = await affiant(line, { cwd })
  expect(out.length).toBeGreaterThan(50)
  expect(OBEYED.exec(out + err)?.[0]).toBeUndefined()
})
