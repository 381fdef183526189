/**
 * Starts a collector: `npm run new:collector -- jira --title "Jira Cloud"` writes `collectors/jira` and brings the
 * generated files up to date. Exits with 1, and writes nothing, for a bad id or title or a folder that is there.
 */
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { filesOf, type NewCollector, nextSteps, refusal } from './new-collector/files.ts'

const root = join(import.meta.dirname, '..')
const USAGE = 'usage: npm run new:collector -- <id> --title "<Title>"'

/** @throws Error whose message is for the person who typed it */
function named(): NewCollector {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { title: { type: 'string' } } })
  const [id, ...more] = positionals
  if (id === undefined || more.length > 0 || values.title === undefined) throw new Error(USAGE)
  const wanted = { id, title: values.title }
  const reason = refusal(wanted)
  if (reason !== undefined) throw new Error(`${reason}\n${USAGE}`)
  return wanted
}

async function main(): Promise<void> {
  const wanted = named()
  const folder = join(root, 'collectors', wanted.id)
  try {
    await mkdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new Error(`collectors/${wanted.id} is there already; choose another id or work on that one`, {
        cause: error,
      })
    throw error
  }
  for (const [path, text] of Object.entries(filesOf(wanted))) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  execFileSync(process.execPath, ['--conditions=source', join(root, 'scripts/generate.ts')], { stdio: 'inherit' })
  console.log(nextSteps(wanted))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
