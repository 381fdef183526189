import type { Fixture, Place } from 'affiant/testing'

/** Commits everything in the folder, by this author. */
async function commit(place: Place, author: string, at: string, message: string): Promise<void> {
  await place.run('git', ['add', '--all'])
  await place.run('git', ['commit', '--quiet', '--no-verify', '--no-gpg-sign', '--message', message], {
    GIT_AUTHOR_NAME: 'Example',
    GIT_AUTHOR_EMAIL: author,
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_NAME: 'Example',
    GIT_COMMITTER_EMAIL: author,
    GIT_COMMITTER_DATE: at,
  })
}

/** A repository with four commits of the period, whose messages, files and authors hold what must not be written down. */
export const fixture: Fixture = {
  folder: import.meta.dirname,
  config: (place) => ({ repositories: [{ path: place.folder, name: 'robots' }], protectedPaths: ['ci.yml'] }),
  async prepare(place) {
    await place.run('git', ['init', '--quiet', '--initial-branch=main'])
    await place.write('CODEOWNERS', `* ${place.mails.join(' ')}\n`)
    await place.write('ci.yml', place.secrets.join('\n'))
    const [first = '', second = '', third = '', fourth = ''] = place.mails
    await commit(place, first, '2025-11-03T09:00:00Z', place.secrets.join(' '))
    await place.write('SECURITY.md', place.mails.join('\n'))
    await commit(place, second, '2025-11-04T09:00:00Z', `Policy\n\nReviewed-by: Example <${place.mails[5]}>`)
    await place.write('ci.yml', 'steps: []\n')
    await commit(place, third, '2025-11-05T09:00:00Z', 'Clean up')
    await place.write('docs/guide.md', 'Guide\n')
    await commit(place, fourth, '2025-11-06T09:00:00Z', 'Guide')
    await place.run('git', ['remote', 'add', 'origin', 'https://user:made-up-password@git.example.com/acme/robots.git'])
  },
  // Eight watched places: four of CODEOWNERS, three of SECURITY.md, and ci.yml.
  records: { 'git.repository': 1, 'git.commits': 4, 'git.changes': 4, 'git.files': 8 },
  people: ['made-up-password'],
}
