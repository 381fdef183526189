import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { CANARY_MAILS, CANARY_SECRETS } from './canaries.ts'
import type { Place } from './fixture.ts'

const execute = promisify(execFile)

/** Environment for programs: no setting of the user who runs the tests reaches them. */
export function programEnvironment(folder: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
}

/** A temporary folder with the tools a fixture needs. Disposing removes it. */
export async function makePlace(): Promise<Place & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'affiant-contract-'))
  return {
    folder,
    secrets: CANARY_SECRETS,
    mails: CANARY_MAILS,
    async write(path, text) {
      const target = join(folder, path)
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, text)
      return target
    },
    async run(program, args, environment = {}) {
      const env = { ...programEnvironment(folder), ...environment }
      return (await execute(program, [...args], { cwd: folder, env })).stdout.trim()
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true })
    },
  }
}
