import { spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Health } from '../../src/worker/health.ts'
import { ROOT } from '../architecture/tree.ts'
import { httpServer } from '../support/http-server.ts'

const NODE = join(ROOT, 'node_modules/node/bin/node')
const AFFIANT = ['--conditions=source', join(ROOT, 'src/cli/main.ts')]

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'affiant-worker-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const environment = () => ({ ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` })

function affiant(...args: string[]) {
  return spawnSync(NODE, [...AFFIANT, ...args], { cwd: folder, encoding: 'utf8', env: environment() })
}

function git(...args: string[]): void {
  const who = ['-c', 'user.name=dev', '-c', 'user.email=dev@example.com']
  const { status, stderr } = spawnSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

/** A checkout with a config that reads it each second. While the file `slow` is there, its history is never told. */
async function prepare(): Promise<void> {
  git('init', '--quiet', '--initial-branch=main')
  git('commit', '--quiet', '--allow-empty', '--message=Begin')
  expect(affiant('init').status).toBe(0)
  const path = join(folder, 'affiant.yaml')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('  - id: default\n', '  - id: default\n    schedule: "* * * * * *"\n'))
  const real = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim()
  await mkdir(join(folder, 'bin'))
  const slow = join(folder, 'slow')
  await writeFile(
    join(folder, 'bin/git'),
    `#!/bin/sh\ncase " $* " in *" --reverse "*) [ -e '${slow}' ] && exec sleep 600;; esac\nexec '${real}' "$@"\n`,
    { mode: 0o755 },
  )
}

interface Worker extends AsyncDisposable {
  url: string
  /** Everything it said, line by line. */
  log: string[]
  /** Resolves when that was said so many times. */
  said(text: string, times?: number): Promise<void>
  exit: Promise<number | null>
  signal(name: NodeJS.Signals): void
}

async function startWorker(): Promise<Worker> {
  const child = spawn(NODE, [...AFFIANT, '--log-level', 'debug', 'worker', '--port', '0'], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  const log: string[] = []
  const waiting = new Set<() => void>()
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line)
    for (const look of waiting) look()
  })
  const said = (text: string, times = 1) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (log.filter((line) => line.includes(text)).length < times) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
      void exit.then(() => reject(new Error(`the worker ended without "${text}":\n${log.join('\n')}`)))
    })
  await said('health is served')
  return {
    url: /"url":"(?<url>[^"]+)"/.exec(log.join('\n'))?.groups?.['url'] ?? '',
    log,
    said,
    exit,
    signal: (name) => void child.kill(name),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exit
    },
  }
}

test('SIGTERM in the middle of a run seals what there is, and the next worker makes up for what it missed', async () => {
  await prepare()
  await writeFile(join(folder, 'slow'), '')
  {
    await using worker = await startWorker()
    await worker.said('"planItem":"git/git.repository')
    await worker.said('"planItem":"git/git.files')
    const answer = await fetch(worker.url)
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect((JSON.parse(text) as Health).jobs).toMatchObject([{ id: 'default', state: 'running', lastRun: null }])
    worker.signal('SIGTERM')
    expect(await worker.exit).toBe(0)
    expect(worker.log.join('\n')).toMatch(/"run":1,"status":"partial","msg":"run sealed"/)
    expect(worker.log.join('\n') + text).not.toContain('dev@example.com')
  }

  const verified = affiant('verify', '1', '--policy', 'keys/trust-policy.json', '--json')
  expect(verified.status).toBe(3)
  expect(JSON.parse(verified.stdout)).toMatchObject({ exitCode: 3, failures: [] })
  const { incomplete } = JSON.parse(affiant('show', '1', '--json').stdout)
  expect(new Set(incomplete.map(({ reason }: { reason: string }) => reason))).toEqual(new Set(['aborted']))
  expect(JSON.stringify(incomplete)).toContain('git.commits')

  await rm(join(folder, 'slow'))
  {
    await using worker = await startWorker()
    await worker.said('"run":3,"status":"complete","msg":"run sealed"')
    worker.signal('SIGTERM')
    expect(await worker.exit).toBe(0)
  }
  const { runs } = JSON.parse(affiant('list', '--json').stdout)
  expect(runs.slice(0, 2).map(({ trigger }: { trigger: string }) => trigger)).toEqual(['schedule', 'catch-up'])
})

test('a port that is taken is said in one message, and the exit status is 1', async () => {
  await using server = await httpServer((_request, response) => void response.end())
  await prepare()
  const port = new URL(server.url).port
  const { status, stderr } = affiant('--log-level', 'error', 'worker', '--port', port)
  expect(status).toBe(1)
  expect(stderr).toBe(
    `cannot listen on 127.0.0.1:${port}: another process uses it\nIs another worker running? Else choose another port with --port.\n`,
  )
})
