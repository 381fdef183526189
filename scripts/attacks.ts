/** Writes the table of attacks into `docs/bundle-format.md`; a test compares them. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withAttacks } from '../test/attacks/document.ts'
import { TABLE } from '../test/attacks/table.ts'

const path = join(import.meta.dirname, '../docs/bundle-format.md')
await writeFile(path, withAttacks(await readFile(path, 'utf8'), TABLE))
