import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const MARKER = '.affiant-demo'
const MARKER_TEXT =
  'This folder was made by "npm run demo". The demo removes it, and all that is in it, when it is run again.\n'

/**
 * Makes the folder of the demo, empty but for its marker. Removes what an earlier demo left, and nothing else.
 * @throws Error if something is there that no demo made
 */
export async function makeDemoFolder(folder: string): Promise<void> {
  if (existsSync(folder) && !existsSync(join(folder, MARKER))) {
    throw new Error(
      `${folder} is there already and was not made by the demo. Move it away, or name another with --out.`,
    )
  }
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, MARKER), MARKER_TEXT)
}
