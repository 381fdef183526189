import { describe, expect, test } from 'vitest'
import { explainError } from '../../src/cli/explain-error.ts'
import { command, shownPath } from '../../src/cli/shell.ts'
import { UserError } from '../../src/model/user-error.ts'
import { StoreError } from '../../src/model/store.ts'
import { affiant } from './fake-environment.ts'

const here = { cwd: '/nowhere' }

describe('the command line', () => {
  test('--help lists every command and exit status, and loads no runtime', async () => {
    const { exitCode, out, fake } = await affiant('--help', here)
    expect(exitCode).toBe(0)
    for (const name of ['init', 'validate', 'run', 'list', 'show', 'verify', 'controls', 'collectors']) {
      expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    }
    expect(out).toContain('Exit status:')
    expect(fake.runtimeLoads()).toBe(0)
  })

  test('--version prints the version', async () => {
    expect(await affiant('--version', here)).toMatchObject({ exitCode: 0, out: '1.2.3\n' })
  })

  test.each([
    ['an unknown command', 'shwo', 'show'],
    ['an unknown option', 'list --jsno', '--json'],
    ['a run that is not a number', 'show twelve', 'number of a run'],
    ['run 0', 'show 0', 'number of a run'],
    ['two sides of a run at once', 'show --failed --unknown', 'cannot be used with'],
    ['a missing argument', 'verify', 'run'],
    ['an argument too many', 'list 12', 'too many arguments'],
    ['an unknown log level', '--log-level loud list', 'warn'],
  ])('%s is wrong use: status 1, on stderr, with a hint', async (_, args, hint) => {
    const { exitCode, out, err } = await affiant(args, here)
    expect(exitCode).toBe(1)
    expect(out).toBe('')
    expect(err).toContain(hint)
  })

  test.each(['list', 'show', 'run', 'controls --config x.yaml', 'collectors --config x.yaml', 'verify 1'])(
    '%s without a config: status 1, message and hint, no stack',
    async (args) => {
      const { exitCode, out, err } = await affiant(args, here)
      expect(exitCode).toBe(1)
      expect(out).toBe('')
      expect(err).toMatch(/^there is no (affiant|x)\.yaml\nWrite one with "affiant init"\.\n$/)
    },
  )
})

describe('errors', () => {
  test('that were foreseen are two lines and keep their exit status', () => {
    const error = new UserError('the disk\u001b[2J is full', 'Make room.', { exitCode: 3 })
    expect(explainError(error, { debug: false })).toEqual({ text: 'the disk is full\nMake room.\n', exitCode: 3 })
    const store = new StoreError('full', 'no space left in evidence', { path: 'evidence', hint: 'Make room.' })
    expect(explainError(store, { debug: false })).toEqual({
      text: 'no space left in evidence\nMake room.\n',
      exitCode: 1,
    })
  })

  test('that were not are one line; the stack is for debugging only', () => {
    const quiet = explainError(new TypeError('x is not\na function'), { debug: false })
    expect(quiet.exitCode).toBe(1)
    expect(quiet.text).toContain('affiant failed: TypeError: x is not a function')
    expect(quiet.text).toContain('--log-level debug')
    expect(quiet.text).not.toMatch(/^\s+at /m)
    expect(explainError(new TypeError('x'), { debug: true }).text).toMatch(/^\s+at /m)
  })

  test('of a command reach the same place', async () => {
    const runtime = {
      async loadConfigFile() {
        throw new RangeError('surprise')
      },
    }
    const quiet = await affiant('list', { ...here, runtime })
    expect(quiet).toMatchObject({ exitCode: 1, out: '' })
    expect(quiet.err).not.toMatch(/^\s+at /m)
    expect((await affiant('--log-level debug list', { ...here, runtime })).err).toMatch(/^\s+at /m)
  })
})

test('suggested commands survive a shell, and paths are short where they can be', () => {
  expect(command('affiant', 'verify', "my key's.pem")).toBe(`affiant verify 'my key'\\''s.pem'`)
  expect(shownPath('/home/a', '/home/a/evidence')).toBe('evidence')
  expect(shownPath('/home/a', '/srv/evidence')).toBe('/srv/evidence')
  expect(shownPath('/home/a', '/home/a')).toBe('.')
})
