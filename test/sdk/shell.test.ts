import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { quoted } from 'affiant/sdk'
import fc from 'fast-check'
import { expect, it } from 'vitest'

/** The words that bash sees. */
async function wordsOf(command: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('bash', ['-c', `printf '%s\\0' ${command}`])
  return stdout.split('\0').slice(0, -1)
}

it('leaves plain words as they are', () => {
  expect(quoted('/orgs/acme/teams')).toBe('/orgs/acme/teams')
  expect(quoted('/orgs/acme/repos?type=all')).toBe("'/orgs/acme/repos?type=all'")
})

it.each([
  'a; rm -rf .',
  '$(id)',
  '`id`',
  "it's",
  '"',
  '~',
  '',
  '*',
  '-x',
  'a\nb',
  "a\\\n'b",
  '\u{1b}[2J',
  '\u{85}',
  '!!',
  '#',
])('makes one word of %j', async (text) => {
  expect(await wordsOf(`-- ${quoted(text)}`)).toEqual(['--', text])
})

it('makes one word of any text', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((one) => !one.includes('\0') && one.isWellFormed())
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 20, maxLength: 20 }), async (texts) => {
      expect(await wordsOf(texts.map(quoted).join(' '))).toEqual(texts)
    }),
    { numRuns: 20 },
  )
})
