/** How long `affiant --help` takes and how much memory, as installed: compiled, on this Node. */
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const RUNS = 10
const ROOT = resolve(import.meta.dirname, '..', '..')
const PROGRAM = join(ROOT, 'dist', 'src', 'cli', 'main.js')

// The kernel's own peak of this one program: `maxRSS` of a child may be that of the process which forked it.
const REPORT_PEAK = `
  import { readFileSync, writeSync } from 'node:fs'
  process.on('exit', () => {
    const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
    writeSync(3, /^VmHWM:\\s*(\\d+)/m.exec(status)?.[1] ?? String(process.resourceUsage().maxRSS))
  })`

function build(): void {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'build.ts')], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the build failed')
}

function isStale(): boolean {
  const built = statSync(PROGRAM, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return ['src', 'collectors'].some((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).some(
      (name) => name.endsWith('.ts') && statSync(join(ROOT, folder, name)).mtimeMs > built,
    ),
  )
}

/** Milliseconds from start to end. */
function time(): number {
  const started = performance.now()
  const { status } = spawnSync(process.execPath, [PROGRAM, '--help'])
  if (status !== 0) throw new Error('affiant --help failed')
  return performance.now() - started
}

/** Peak resident memory in MB. */
function memory(): number {
  const preload = `data:text/javascript,${encodeURIComponent(REPORT_PEAK)}`
  const { output } = spawnSync(process.execPath, ['--import', preload, PROGRAM, '--help'], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  return Number(output[3]?.toString()) / 1024
}

function median(measure: () => number): number {
  const figures = Array.from({ length: RUNS }, measure).sort((a, b) => a - b)
  return ((figures[RUNS / 2 - 1] ?? Number.NaN) + (figures[RUNS / 2] ?? Number.NaN)) / 2
}

if (isStale()) build()
time()
console.log(
  `affiant --help, median of ${RUNS}: ${Math.round(median(time))} ms, peak RSS ${Math.round(median(memory))} MB (targets 150 ms, 70 MB)`,
)
