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

/** What axe finds wrong with the page that is open, as `rule: what it stands on`. */
export async function axeFindings(page: Page): Promise<string[]> {
  axeSource ??= await fs.readFile(axe, 'utf8')
  // Past the page's own policy, which lets no script in but its own.
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    interface Axe {
      run(
        options: object,
      ): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] }>
    }
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run({ resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
    )
  })
}
