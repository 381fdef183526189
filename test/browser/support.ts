import fs from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { temporaryFolder } from '../bundle/fixture.ts'
import { entriesOf } from '../export/support.ts'

/** Unpacks an export as an auditor does. Gives the folder of its report. */
export async function unpackedReport(bytes: Buffer): Promise<string> {
  const folder = await temporaryFolder()
  for (const { name, content } of entriesOf(bytes)) {
    const path = join(folder, name)
    await fs.mkdir(dirname(path), { recursive: true })
    await fs.writeFile(path, content)
  }
  return join(folder, 'data', 'report')
}

/** Removes what {@link unpackedReport} wrote. */
export async function removeReport(report: string | undefined): Promise<void> {
  if (report !== undefined) await fs.rm(join(report, '..', '..'), { recursive: true, force: true })
}

/** Paths of the files of a report that end like this, in order. */
export async function filesOf(report: string, ending: string): Promise<string[]> {
  const names = await fs.readdir(report, { recursive: true })
  return names.filter((name) => name.endsWith(ending)).sort()
}

/** One page of each kind: its folder and form, whatever it is about. */
export function kindsOf(pages: readonly string[]): string[] {
  const kinds = new Map<string, string>()
  for (const page of pages) {
    const kind = page
      .replace(/^(runs\/)\d+/, '$1N')
      .replace(/\/(controls|frameworks)\/.*/, '/$1')
      .replace(/\/(checks|populations)\/.*/, '/$1')
    if (!kinds.has(kind)) kinds.set(kind, page)
  }
  return [...kinds.values()]
}

/** What a page did that it must not do. */
export interface Misdeeds {
  dialogs: string[]
  complaints: string[]
}

/** A tab that keeps a list of what pages in it did besides being shown. */
export async function openTab(context: BrowserContext): Promise<{ page: Page; misdeeds: Misdeeds }> {
  const misdeeds: Misdeeds = { dialogs: [], complaints: [] }
  const page = await context.newPage()
  page.on('dialog', (dialog) => {
    misdeeds.dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  page.on('console', (message) => misdeeds.complaints.push(message.text()))
  page.on('pageerror', (error) => misdeeds.complaints.push(error.message))
  return { page, misdeeds }
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
let axeSource: string | undefined

/**
 * What axe finds wrong with the page that is open, as `rule: what it stands on`.
 * @param rules only these
 */
async function axeFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  axeSource ??= await fs.readFile(axe, 'utf8')
  // Past the page's own policy, which lets no script in but its own.
  await page.evaluate(axeSource)
  return page.evaluate(async (only) => {
    interface Axe {
      run(
        options: object,
      ): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] }>
    }
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run({
      resultTypes: ['violations'],
      // It would ask for the style sheet once more.
      preload: false,
      ...(only && { runOnly: [...only] }),
    })
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
    )
  }, rules)
}

/** What axe finds on pages of a report: everything in light, and in dark what colours can do. By page and scheme. */
export async function inaccessible(
  page: Page,
  report: string,
  names: readonly string[],
): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const name of names) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.goto(`file://${join(report, name)}`)
      const rules = colorScheme === 'dark' ? ['color-contrast', 'link-in-text-block'] : undefined
      const findings = await axeFindings(page, rules)
      if (findings.length > 0) found[`${name}, ${colorScheme}`] = findings
    }
  }
  return found
}

/** Pages of a report that scroll sideways on a telephone. */
export async function tooWide(page: Page, report: string, names: Iterable<string>): Promise<string[]> {
  const wide: string[] = []
  await page.setViewportSize({ width: 390, height: 844 })
  for (const name of names) {
    await page.goto(`file://${join(report, name)}`)
    if (await page.$eval('html', ({ scrollWidth }) => scrollWidth > 390)) wide.push(name)
  }
  return wide
}
