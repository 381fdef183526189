import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCommit } from '../../../collectors/git/commit.ts'
import { GitConfig } from '../../../collectors/git/config.ts'
import { inPeriod } from '../../../collectors/git/in-period.ts'
import { remoteLocation } from '../../../collectors/git/remote.ts'
import { scopeNames } from '../../../collectors/git/scope-names.ts'
import { PERIOD, NOW } from './harness.ts'

const ID = 'a'.repeat(40)
const raw = (headers: readonly string[], message: string) =>
  [ID, `tree ${ID}`, ...headers, '', ...message.split('\n').map((line) => `    ${line}`), ''].join('\n')
const PEOPLE = ['author A <a@example.com> 1790000000 +0200', 'committer B <b@example.com> 1790000001 -0500']

const trailers = (message: string) => parseCommit(raw(PEOPLE, message)).trailers
const parse = (config: object) => GitConfig.safeParse(config).success

/** Whether each of these commits, oldest first, belongs to the first half of October. */
function dates(...list: (string | null)[]): boolean[] {
  const belongs = inPeriod({ from: PERIOD.from, to: new Date('2026-10-15') }, NOW)
  return list.map((date) => belongs(date === null ? null : new Date(date)))
}

describe('parseCommit', () => {
  test('nothing in a message can pass for a header', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.string(), fc.constantFrom('', 'gpgsig -----BEGIN PGP SIGNATURE-----', 'parent x', PEOPLE[0]!)),
        ),
        (lines) => {
          const commit = parseCommit(raw(PEOPLE, lines.join('\n')))
          expect(commit).toMatchObject({ signature: 'none', parents: 0, author: { mail: 'a@example.com' } })
        },
      ),
    )
  })

  test('reads any name, address and date without failing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, rest) => {
        const person = `author ${name}<${rest}`.replaceAll(/[\n\r]/g, '')
        const { author } = parseCommit(raw([person, PEOPLE[1]!], 'x'))
        expect(author.mail === null || author.mail === author.mail.toLowerCase().trim()).toBe(true)
      }),
    )
  })

  test.each([
    ['A <a@example.com> 99999999999999999999 +0000', 'a@example.com', null],
    ['A <a@example.com>', 'a@example.com', null],
    ['A <> 1790000000 +0000', null, '2026-09-21T14:13:20.000Z'],
    ['no address at all', null, null],
    ['A <A@Example.com> <b> 1790000000 +0000', 'a@example.com', '2026-09-21T14:13:20.000Z'],
  ])('author %j', (line, mail, at) => {
    const { author } = parseCommit(raw([`author ${line}`, PEOPLE[1]!], 'x'))
    expect([author.mail, author.at?.toISOString() ?? null]).toEqual([mail, at])
  })

  test.each([
    ['gpgsig -----BEGIN PGP SIGNATURE-----', 'pgp'],
    ['gpgsig -----BEGIN PGP MESSAGE-----', 'pgp'],
    ['gpgsig -----BEGIN SSH SIGNATURE-----', 'ssh'],
    ['gpgsig -----BEGIN SIGNED MESSAGE-----', 'x509'],
    ['gpgsig hello', 'other'],
    ['gpgsig-sha256 -----BEGIN SSH SIGNATURE-----', 'none'],
    ['mergetag object x\n gpgsig -----BEGIN PGP SIGNATURE-----', 'none'],
  ])('%j is a signature of kind %s', (header, kind) => {
    expect(parseCommit(raw([...PEOPLE, header, ' abc', ' -----END-----'], 'x')).signature).toBe(kind)
  })

  test('counts trailers of the final paragraph only', () => {
    expect(trailers('T\n\nReviewed-by: A\nreviewed-BY: B\nSigned-off-by: C\nReviewed-by:\n')).toMatchObject({
      reviewedBy: 2,
      signedOffBy: 1,
    })
    expect(trailers('T\n\nReviewed-by: A\n\nText').reviewedBy).toBe(0)
    expect(trailers('Reviewed-by: A').reviewedBy).toBe(0)
  })

  test('refuses what is not a commit', () => {
    for (const item of ['', 'x', `${ID}\ntree x\n\n    m`, raw(PEOPLE.slice(1), 'm')])
      expect(() => parseCommit(item)).toThrow(expect.objectContaining({ reason: 'invalid' }))
  })
})

describe('remoteLocation', () => {
  test.each([
    ['https://user:pass@Git.Example.com:8443/acme/api.git?token=x', 'git.example.com/acme/api'],
    ['https://token@example.com/acme/api/', 'example.com/acme/api'],
    ['ssh://git@example.com/acme/api.git', 'example.com/acme/api'],
    ['git@example.com:acme/api.git', 'example.com/acme/api'],
    ['example.com:acme/api', 'example.com/acme/api'],
    ['ssh://git@[2001:db8::1]:22/api.git', '[2001:db8::1]/api'],
    ['file:///home/dev/api', 'local'],
    ['/home/dev/api', 'local'],
    ['../api', 'local'],
    ['./a:b', 'local'],
    ['https:///x', 'local'],
  ])('%s is %s', (url, location) => {
    expect(remoteLocation(url)).toBe(location)
  })

  test('never holds the user information of a URL', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9._~:@!$&'()*+,;=%-]+$/).map((text) => `S3CRET${text}S3CRET`)
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom('https://', 'ssh://', 'http://', 'git://', 'svn+ssh://'),
        (userinfo, scheme) => {
          expect(remoteLocation(`${scheme}${userinfo}@example.com/acme/api.git`)).toBe('example.com/acme/api')
        },
      ),
    )
  })
})

test('scope names are unique and safe, whatever the paths', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ path: fc.oneof(fc.string(), fc.constantFrom('a', 'b/a', '.', 'x/a.git')) })),
      (list) => {
        const names = scopeNames(list)
        expect(new Set(names).size).toBe(list.length)
        for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
      },
    ),
  )
  expect(scopeNames([{ path: '/r/api/.git' }, { path: 'api.git/' }, { path: '.', name: 'api' }])).toEqual([
    'api-2',
    'api-3',
    'api',
  ])
})

test('the period follows the order of history, so no date hides a commit', () => {
  expect(dates('2026-09-30', '2026-10-01', '2020-01-01', '2026-10-15', '2026-10-14')).toEqual([
    false,
    true,
    true,
    false,
    true,
  ])
  expect(dates('2099-01-01', '2020-01-01', null)).toEqual([true, false, true])
})

describe('config', () => {
  test.each([':(attr:x)', '/etc', '-x', 'a/../b', 'a//b', 'a/', './a', ''])('refuses the protected path %j', (path) => {
    expect(parse({ repositories: [{ path: 'r' }], protectedPaths: [path] })).toBe(false)
  })
  test('accepts files and folders, and refuses unknown keys, relative signers and a name used twice', () => {
    const repositories = [{ path: 'r' }]
    expect(parse({ repositories, protectedPaths: ['.github/workflows', 'a..b', '..a'] })).toBe(true)
    expect(parse({ repositories, signers: 'x' })).toBe(false)
    expect(parse({ repositories, allowedSigners: 'signers' })).toBe(false)
    expect(
      parse({
        repositories: [
          { path: 'a', name: 'x' },
          { path: 'b', name: 'x' },
        ],
      }),
    ).toBe(false)
    expect(parse({ repositories: [{ path: 'a', branch: '--all' }] })).toBe(false)
    expect(parse({ repositories: [] })).toBe(false)
  })
})
