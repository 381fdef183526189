import fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildVerifiers } from '../../scripts/build/verifier.ts'
import { sha256 } from '../../src/bundle/crypto.ts'
import { entriesOf, withFile } from '../export/support.ts'
import { startChromium } from '../support/chromium.ts'
import { inaccessible, kindsOf, openTab, tooWide } from './support.ts'
import { acme, type World } from './world.ts'

/*
 * The reading paths of the stories, on the report that stands in an export, from a disk, without a network. A person clicks; a
 * test clicks what a person would, by what it says.
 */

type Browser = Awaited<ReturnType<typeof startChromium>>

let world: World
let browser: Browser
/** In this one no script runs. */
let plain: Browser

beforeAll(async () => {
  ;[world, browser, plain] = await Promise.all([acme(), startChromium(), startChromium({ javaScript: false })])
}, 60_000)
afterAll(async () => {
  await Promise.all([browser, plain, world].map((one) => one?.[Symbol.asyncDispose]()))
})

const address = (path: string) => `file://${join(world.report, path)}`
/** Presses a link as a person finds it: by its words. */
const follow = (page: Page, name: string | RegExp) => page.locator('main').getByRole('link', { name }).first().click()
const words = async (page: Page) => (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ')

describe('story A1: an auditor verifies the export, and only then reads', () => {
  let folder: string
  beforeAll(async () => {
    folder = world.at.path('verifiers')
    await fs.mkdir(folder)
    await buildVerifiers(folder)
  }, 60_000)

  async function verdict(bytes: Buffer): Promise<{ verdict: string | null; text: string }> {
    const given = world.at.path('given.evx.tar')
    await fs.writeFile(given, bytes)
    const page = await browser.context.newPage()
    await page.goto(`file://${join(folder, 'verify.html')}`)
    await page.setInputFiles('#export', given)
    await page.setInputFiles('#trust', world.at.path('key.pub.pem'))
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.waitForSelector('#verdict', { timeout: 60_000 })
    const found = { verdict: await page.textContent('#verdict'), text: await page.innerText('#report') }
    await page.close()
    return found
  }

  test('with the page that verifies: the report is verified with the rest', async () => {
    expect((await verdict(world.bytes)).verdict).toMatch(/^This export is (?:verified|what was sealed)/)
  })

  test('one letter changed in a page of the report, and the page is named', async () => {
    const name = world.pages.find((page) => page.endsWith('controls/A.8.32.html')) ?? ''
    const text = await fs.readFile(join(world.report, name), 'utf8')
    const found = await verdict(withFile(world.bytes, `data/report/${name}`, text.replace('failed', 'passed')))
    expect(found.verdict).toBe('This export is NOT verified.')
    expect(found.text).toContain(`data/report/${name}`)
  })
})

describe('story A5: what, where, when, who and how, without JavaScript', () => {
  test.each(['A.5.15', 'A.8.2', 'A.8.32'])('%s', async (control) => {
    const { page, misdeeds } = await openTab(plain.context)
    await page.goto(address('index.html'))
    await follow(page, /^Run 1\b/)
    await follow(page, new RegExp(`^${control.replaceAll('.', '\\.')}\\b`))
    const found = await words(page)
    expect(found).toMatch(/Passes if .* Fails if /)
    expect(found).toContain('acme-robotics')
    expect(found).toContain('90000001')
    expect(found).toMatch(/person-[a-z2-7]{10,}/)
    expect(found).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/)
    expect(found).toMatch(/Exceptions/)
    expect(found).toMatch(/not reviewed/i)
    expect(found).toMatch(/Does not show/)
    expectSums(found)
    // A population: the request, the rows, the command that shows the same, the file itself.
    await follow(page, /^github\.(?:changes|organization|members|team-repositories|repositories)$/)
    const card = await words(page)
    expect(card).toMatch(/Requests .*GET |graphql:/)
    expect(card).toMatch(/Rows \d/)
    expect(card).toMatch(/\bgh (?:api|pr|repo)\b/)
    // A browser gives a table to another program.
    const [download] = await Promise.all([page.waitForEvent('download'), follow(page, /^CSV/)])
    expect(download.url()).toMatch(/^file:.*\/data\/github\/.*\.csv$/)
    expect(await fs.readFile(await download.path(), 'utf8')).toMatch(/^#/)
    expect(misdeeds).toEqual({ dialogs: [], complaints: [] })
    await page.close()
  })

  test('93 controls, each with its state', async () => {
    const page = await plain.context.newPage()
    await page.goto(`file://${world.run}/index.html`)
    const rows = page.locator('table:has(caption:text-matches("^Controls")) tbody tr')
    expect(await rows.count()).toBe(93)
    for (const row of await rows.allInnerTexts())
      expect(row).toMatch(/^A\.[5-8]\.\d+[\s\S]*\b(?:passed|failed|unknown|not applicable|no evidence|manual)\b/)
    await page.close()
  })

  test('no word of ours concludes', async () => {
    for (const name of world.pages) {
      const text = await fs.readFile(join(world.report, name), 'utf8')
      expect({
        name,
        said: /\b(?:non-?)?compliant|\bcertified|\beffective(?:ly|ness)?\b/i.exec(text)?.[0],
      }).toEqual({
        name,
        said: undefined,
      })
    }
  })
})

/** `225 in scope = 179 inspected + …`: every sum on the page is one. */
function expectSums(text: string): void {
  const sums = [...text.matchAll(/([\d,]+) (in scope|inspected) = ((?:[\d,]+ [a-z ]+? \+ )+[\d,]+)/g)]
  expect(sums.length).toBeGreaterThan(0)
  const value = (figure: string) => Number(figure.replaceAll(',', ''))
  for (const [, total = '', , parts = ''] of sums) {
    const added = parts.split('+').reduce((sum, part) => sum + value(/[\d,]+/.exec(part)?.[0] ?? ''), 0)
    expect(added).toBe(value(total))
  }
}

describe('story S1: an engineer opens the report and sees what to do', () => {
  test('from the first page to a failed check, its subjects and the remedy', async () => {
    const page = await browser.context.newPage()
    await page.goto(`file://${world.run}/index.html`)
    const first = page.locator('table:has(caption:text-matches("^Checks by severity")) tbody tr').first()
    expect(await first.innerText()).toMatch(/failed/)
    await first.getByRole('link').first().click()
    const found = await words(page)
    expect(found).toMatch(/fails? if/i)
    expect(found).toMatch(/remed|what to do/i)
    expect(await page.locator('main table tbody tr').count()).toBeGreaterThan(0)
    await page.close()
  })

  test('search, filter and order by the keyboard alone', async () => {
    const page = await browser.context.newPage()
    await page.goto(`file://${world.run}/index.html`)
    const tools = page.getByRole('search', { name: /controls/i })
    const rows = page.locator('table:has(caption:text-matches("^Controls")) tbody tr:visible')
    await tools.getByRole('searchbox').focus()
    await page.keyboard.type('change management')
    expect(await rows.count()).toBe(2)
    expect(await tools.getByRole('status').innerText()).toBe('2 of 93 rows')
    for (const _ of 'change management') await page.keyboard.press('Backspace')
    await tools.getByLabel('Theme').focus()
    await page.keyboard.type('People')
    expect(await rows.count()).toBe(8)
    await tools.getByLabel('Theme').press('Home')
    expect(await rows.count()).toBe(93)
    const head = page.locator('table:has(caption:text-matches("^Controls")) th').filter({ hasText: 'Failed' })
    await head.getByRole('button').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    const cells = await page
      .locator('table:has(caption:text-matches("^Controls")) tbody tr td:nth-child(8)')
      .allInnerTexts()
    const figures = cells.map((cell) => Number(cell.replaceAll(',', '')))
    expect(figures).toEqual(figures.toSorted((a, b) => b - a))
    expect(figures[0]).toBeGreaterThan(0)
    await page.close()
  })

  test('the keyboard reaches the content past the bar', async () => {
    const page = await browser.context.newPage()
    await page.goto(`file://${world.run}/index.html`)
    await page.keyboard.press('Tab')
    expect(await page.textContent(':focus')).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.getAttribute(':focus', 'id')).toBe('main')
    await page.close()
  })
})

describe('each kind of page', () => {
  test('has nothing that axe finds, in light and in dark', async () => {
    const page = await browser.context.newPage()
    expect(await inaccessible(page, world.report, kindsOf(world.pages))).toEqual({})
    await page.close()
  }, 60_000)

  test('fits a telephone: nothing scrolls sideways', async () => {
    const sizes = await Promise.all(
      world.pages.map(async (name) => ({ name, size: (await fs.stat(join(world.report, name))).size })),
    )
    const largest = sizes.toSorted((a, b) => b.size - a.size).slice(0, 10)
    const page = await browser.context.newPage()
    const names = new Set([...kindsOf(world.pages), ...largest.map(({ name }) => name)])
    expect(await tooWide(page, world.report, names)).toEqual([])
    await page.close()
  }, 60_000)

  test('is smaller than 2 MB', async () => {
    for (const name of world.pages) expect((await fs.stat(join(world.report, name))).size).toBeLessThan(2_000_000)
  })
})

test('what is withheld is in no page, table or document: names, keys and ids of requests', async () => {
  const reason = 'not for this audit'
  const patterns = ['github.members', 'github.outside-collaborators', 'github.owners-few-and-approved', 'receipts/*']
  const bytes = await world.exported(
    'redacted.evx.tar',
    patterns.map((pattern) => ({ pattern, reason })),
  )
  const files = entriesOf(bytes)
  const there = new Set(files.map(({ name }) => name))
  const withheld = entriesOf(world.bytes).filter(({ name }) => RUN_FILE.test(name) && !there.has(name))
  expect(withheld.length).toBeGreaterThan(20)
  const evidence = files.filter(({ name }) => !name.startsWith('data/report/')).map(({ content }) => content.toString())
  const shown = textsIn(evidence.join('\n'))
  const secret = [...textsIn(withheld.map(({ content }) => content.toString()).join('\n'))].filter(
    (one) => !shown.has(one),
  )
  expect(secret.length).toBeGreaterThan(50)
  const report = files.filter(({ name }) => name.startsWith('data/report/'))
  expect(report.length).toBeGreaterThan(100)
  const whole = report.map(({ content }) => content.toString()).join('\n')
  expect(whole).toContain(reason)
  expect(secret.filter((one) => whole.includes(one))).toEqual([])
  expect(withheld.filter(({ content }) => whole.includes(sha256(content))).map(({ name }) => name)).toEqual([])
})

const RUN_FILE = /^data\/runs\/\d+\/(?:records|receipts|results)\//

/** Values in lines of JSON that tell something: names, addresses, ids. Names of fields are those of our schemas. */
function textsIn(lines: string): Set<string> {
  return new Set([...lines.matchAll(/"((?:[^"\\]|\\.){8,})"(?!:)/g)].map(([, text = '']) => text))
}

test('nothing was asked of any network', () => {
  expect([...browser.asked, ...plain.asked]).toEqual([])
})
