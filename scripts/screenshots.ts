/**
 * `node --conditions=source scripts/screenshots.ts REPORT`: pictures of a report for `docs/images/`, as a browser shows it.
 * The one of the demo is meant: run `npm run demo` first.
 */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'

const FOLDER = join(import.meta.dirname, '..', 'docs', 'images')

interface Picture {
  name: string
  /** Of the report. */
  page: string
  width: number
  height: number
  colorScheme: 'light' | 'dark'
  /** What stands at the top. */
  from?: string
}

const PICTURES: readonly Picture[] = [
  { name: 'report-overview', page: 'index.html', width: 1280, height: 900, colorScheme: 'light' },
  { name: 'report-controls', page: 'index.html', width: 1280, height: 720, colorScheme: 'light', from: '#controls' },
  {
    name: 'report-controls-dark',
    page: 'index.html',
    width: 1280,
    height: 720,
    colorScheme: 'dark',
    from: '#controls',
  },
  { name: 'report-control', page: 'controls/A.8.5.html', width: 1280, height: 860, colorScheme: 'light' },
  {
    name: 'report-phone',
    page: 'checks/github-acme/github.review-required.html',
    width: 390,
    height: 844,
    colorScheme: 'dark',
  },
]

const [report] = process.argv.slice(2)
if (report === undefined) throw new Error('Name the folder of a report.')
await mkdir(FOLDER, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
for (const { name, page, width, height, colorScheme, from } of PICTURES) {
  const tab = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' })
  await tab.goto(`file://${resolve(report, page)}${from ?? ''}`)
  await tab.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
  await tab.close()
}
await browser.close()
