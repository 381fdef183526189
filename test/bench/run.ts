/**
 * `npm run bench`: every benchmark in a process of its own, one after the other, and a table of what came out. Exit status 1
 * if a benchmark failed or a target was missed. Run it on a machine that does nothing else.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { figuresOf } from './figures.ts'

const BENCHES = ['help', 'thousand-repositories', 'million-records']

const rows = BENCHES.flatMap((name) => {
  console.error(`running ${name} …`)
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--conditions=source', join(import.meta.dirname, `${name}.ts`)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const figures = figuresOf(stdout)
  const broken = status !== 0 || figures.length === 0
  if (broken) console.error(`${name} failed (exit status ${status})\n${stdout}`)
  return [...figures, ...(broken ? [{ measure: name, figure: 'failed', target: '', met: false }] : [])]
})

console.table(
  Object.fromEntries(
    rows.map(({ measure, figure, target, met }) => [measure, { figure, target, met: met ? 'yes' : 'NO' }]),
  ),
)
process.exitCode = rows.every(({ met }) => met) ? 0 : 1
