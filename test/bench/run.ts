/**
 * `npm run bench`: every benchmark in a process of its own, one after the other, and a table of what came out. Exit status 1
 * if a benchmark failed or a target was missed. Run it on a machine that does nothing else.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { figuresOf } from './figures.ts'

const BENCHES = [
  'help',
  'thousand-repositories',
  'github-changes',
  'thousand-okta-users',
  'limited-okta-users',
  'throttled-okta-users',
  'fifty-thousand-okta-users',
  'aws-iam',
  'aws-account',
  'aws-aggregator',
  'fifty-aws-accounts',
  'million-records',
  'sealing',
  'ledger',
  'verify-export',
  'export',
  'report',
  'period',
]

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

const width = Math.max(...rows.map(({ measure }) => measure.length))
for (const { measure, figure, target, met } of [
  { measure: 'measure', figure: 'figure', target: 'target', met: true },
  ...rows,
]) {
  console.log(`${measure.padEnd(width)}  ${figure.padStart(8)}  ${target.padStart(8)}${met ? '' : '  MISSED'}`)
}
process.exitCode = rows.every(({ met }) => met) ? 0 : 1
