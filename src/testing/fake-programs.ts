import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'

/** What happens instead of a program's own work. */
export type ProgramFault = 'missing' | 'fails' | 'is-killed' | 'hangs'

const SCRIPTS: Readonly<Record<Exclude<ProgramFault, 'missing'>, string>> = {
  fails: 'echo "fatal: broken" >&2; exit 128',
  'is-killed': 'kill -9 $$',
  hangs: 'exec sleep 600',
}

export interface FakePrograms {
  /** That of `node:child_process`, with faults. */
  spawn: typeof spawn
  /** Programs that were started, each with its arguments as one text. */
  calls: string[]
  fault: { applies(call: string): boolean; kind: ProgramFault; onHang: () => void } | undefined
}

/** The other end of `command`: the real programs, unless a fault is set. */
export function fakePrograms(): FakePrograms {
  const start = (program: string, args: readonly string[], options: SpawnOptions): ChildProcess => {
    const call = [program, ...args].join(' ')
    programs.calls.push(call)
    const { fault } = programs
    if (!fault?.applies(call)) return spawn(program, args, options)
    if (fault.kind === 'missing') return spawn(`${program}-that-is-not-installed`, args, options)
    if (fault.kind === 'hangs') fault.onHang()
    return spawn('sh', ['-c', SCRIPTS[fault.kind]], options)
  }
  const programs: FakePrograms = { spawn: start as typeof spawn, calls: [], fault: undefined }
  return programs
}
