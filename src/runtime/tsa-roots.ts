import { readRootsFile } from './timestamp.ts'
import { readTextFile } from './files.ts'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----/g

/** The root certificates of a file, each in PEM by itself. @throws UserError if the file cannot be read or used */
export async function pemBlocks(path: string): Promise<string[]> {
  await readRootsFile(path)
  return ((await readTextFile(path)).match(CERTIFICATE) ?? []).map((block) => `${block}\n`)
}
