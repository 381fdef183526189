import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { key } from './fixture.ts'

/** Starts `child.ts`, a process of its own. */
export function child(...args: string[]) {
  const started = spawn(
    process.execPath,
    ['--conditions=source', fileURLToPath(new URL('./child.ts', import.meta.url)), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, AFFIANT_TEST_KEY: key.privatePem },
    },
  )
  let text = ''
  started.stdout.setEncoding('utf8')
  const output = (async () => {
    for await (const chunk of started.stdout) text += String(chunk)
    return text
  })()
  const reached = async (word: string) => {
    while (!text.includes(word)) {
      if (started.exitCode !== null) throw new Error(`ended before ${word}: ${text}`)
      await Promise.race([once(started.stdout, 'data'), once(started, 'exit')])
    }
  }
  return { process: started, output, reached }
}
