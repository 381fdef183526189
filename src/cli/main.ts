#!/usr/bin/env node
import type { Environment, Output } from './environment.ts'
import { runProgram } from './program.ts'

function outputOf(stream: NodeJS.WriteStream): Output {
  // A reader that has seen enough (`affiant show | head`) is no error; everything after that goes nowhere.
  let closed = false
  stream.on('error', () => {
    closed = true
  })
  return {
    write(text) {
      if (closed) return Promise.resolve()
      return new Promise((resolve) => {
        stream.write(text, () => resolve())
      })
    },
    isTty: stream.isTTY === true,
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
  return stream.isTTY === true && TERM !== 'dumb'
}

const environment: Environment = {
  runtime: () => import('../runtime.ts'),
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  ...(process.stderr.isTTY && process.env.TERM !== 'dumb' && { screen: process.stderr }),
  env: process.env,
  cwd: process.cwd(),
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

const exitCode = await runProgram(process.argv.slice(2), environment)
// A source that never answers may hold the process open: what is to be said has been said.
process.exit(exitCode)
