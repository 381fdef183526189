#!/usr/bin/env node
import type { Environment, Output } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { explainError } from './explain-error.ts'
import { runProgram } from './program.ts'

/** Why standard output could not be written. */
const unwritten = new Set<string>()

function outputOf(stream: NodeJS.WriteStream): Output {
  // A reader that has seen enough (`affiant show | head`) is no error; everything after that goes nowhere.
  let closed = false
  stream.on('error', (error) => {
    closed = true
    const code = 'code' in error ? String(error.code) : error.name
    if (code !== 'EPIPE' && stream === process.stdout) unwritten.add(code)
  })
  return {
    write(text) {
      if (closed) return Promise.resolve()
      return new Promise((resolve) => {
        stream.write(text, () => resolve())
      })
    },
    isTty: stream.isTTY ?? false,
    get columns() {
      return stream.isTTY ? stream.columns || 80 : 80
    },
    color: wantsColor(stream),
  }
}

/** https://no-color.org and https://force-color.org: any value but an empty one counts. */
function wantsColor(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0'
  return stream.isTTY && TERM !== 'dumb'
}

function currentFolder(): string {
  try {
    return process.cwd()
  } catch {
    process.stderr.write('the current folder is gone\nGo to another folder, and run the command again.\n')
    process.exit(EXIT.usage)
  }
}

const environment: Environment = {
  runtime: () => import('../runtime.ts'),
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  ...(process.stderr.isTTY && process.env.TERM !== 'dumb' && { screen: process.stderr }),
  env: process.env,
  cwd: currentFolder(),
  onInterrupt(act) {
    process.on('SIGINT', act)
    process.on('SIGTERM', act)
    return {
      [Symbol.dispose]() {
        process.off('SIGINT', act)
        process.off('SIGTERM', act)
      },
    }
  },
  leave: (exitCode) => process.exit(exitCode),
}

// Nothing may end as a stack trace on somebody's screen. The run stays in the store, never sealed.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    const debug = /debug|trace/.test(`${process.env.AFFIANT_LOG_LEVEL ?? ''} ${process.argv.slice(2, 4).join(' ')}`)
    process.stderr.write(explainError(error, { debug, withheld: true }).text)
    process.exit(EXIT.usage)
  })
}

const OLDEST_NODE = 24
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `Affiant needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}.\nInstall Node ${OLDEST_NODE}, or run it in the container.\n`,
  )
  process.exit(EXIT.usage)
}
const exitCode = await runProgram(process.argv.slice(2), environment)
// `affiant report --format oscal > FILE` on a full disk: half a document must not look like a whole one.
if (unwritten.size > 0) {
  process.stderr.write(
    `cannot write standard output (${[...unwritten].join(', ')}): what was printed is not whole\nCheck where it goes and the space left, and run the command again.\n`,
  )
  if (exitCode === EXIT.ok) process.exit(EXIT.usage)
}
// A source that never answers may hold the process open: what is to be said has been said.
process.exit(exitCode)
