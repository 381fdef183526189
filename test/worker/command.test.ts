import { afterEach, beforeEach, expect, test } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../../src/cli/program.ts'
import type { JobRequest } from '../../src/runtime.ts'
import { fakeEnvironment } from '../cli/fake-environment.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'affiant-worker-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

test('a second signal leaves at once, while the run at work is still being sealed', async () => {
  let started = (_request: JobRequest) => {}
  const run = new Promise<JobRequest>((resolve) => (started = resolve))
  const fake = fakeEnvironment({
    cwd,
    config: { jobs: [{ id: 'daily', schedule: '* * * * * *', timeZone: 'UTC', sources: [] }] },
    runtime: {
      serveLoopback: async (port) => ({ port, [Symbol.asyncDispose]: async () => {} }),
      runJob(request) {
        started(request)
        return new Promise(() => {})
      },
    },
  })
  void runProgram(['worker'], fake.environment)
  const { signal, job, trigger } = await run
  expect({ job, trigger }).toEqual({ job: 'daily', trigger: 'schedule' })

  fake.interrupt()
  expect(signal.aborted).toBe(true)
  expect(fake.left).toEqual([])
  fake.interrupt()
  expect(fake.left).toEqual([130])
})

test.each(['x', '-1', '65536', '1.5'])('--port %s is refused', async (port) => {
  const fake = fakeEnvironment({ cwd })
  expect(await runProgram(['worker', `--port=${port}`], fake.environment)).toBe(1)
  expect(fake.err()).toContain('A port is expected: 0 to 65535.')
})

test('a schedule that is never due is refused at the start', async () => {
  const fake = fakeEnvironment({
    cwd,
    config: { jobs: [{ id: 'never', schedule: '0 0 30 2 *', timeZone: 'UTC', sources: [] }] },
    runtime: { serveLoopback: async (port) => ({ port, [Symbol.asyncDispose]: async () => {} }) },
  })
  expect(await runProgram(['worker'], fake.environment)).toBe(1)
  expect(fake.err()).toBe(
    'job "never": the schedule "0 0 30 2 *" has no time at which it is due\nCorrect "schedule" in the config.\n',
  )
})
