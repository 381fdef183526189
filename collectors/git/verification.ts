import { InvalidError } from 'affiant/sdk'

/**
 * What verifying a signature gave. `good`: made by a key that is trusted. `untrusted`: in order, but by a key that is
 * not on the list, or that has expired or was revoked. `bad`: does not fit the commit. `unverifiable`: the key or the
 * program for it is not here. `not-checked`: config asks for no verification, or there is no signature.
 */
export const VERIFICATIONS = ['good', 'untrusted', 'bad', 'unverifiable', 'not-checked'] as const
export type Verification = (typeof VERIFICATIONS)[number]

/** Field separator; a signature's report never holds it. */
const UNIT = '\u001F'

/**
 * Verification of each commit of the first-parent history, oldest first. `%G?` is described in git-log(1); git calls
 * gpg, gpgsm or ssh-keygen once for each signed commit, which takes about 10 ms.
 */
export async function* readVerdicts(
  fromHead: (args: readonly string[]) => AsyncIterable<string>,
): AsyncIterable<{ id: string; verification: Verification }> {
  const format = '--format=%H%x1F%G?%x1F%GG'
  const args = ['log', '-z', '--first-parent', '--reverse', '--no-decorate', '--no-notes', '--no-mailmap', format]
  for await (const item of fromHead(args)) {
    const [id, letter, report] = item.split(UNIT)
    if (id === undefined || letter === undefined || report === undefined)
      throw new InvalidError('git printed a verification that is not one')
    yield { id, verification: verification(letter, report) }
  }
}

function verification(letter: string, report: string): Verification {
  switch (letter) {
    case 'G':
      return 'good'
    case 'U':
    case 'X':
    case 'Y':
    case 'R':
      return 'untrusted'
    case 'B':
      // git also says B when the program that verifies could not be run; then there is no report.
      return report.trim() === '' ? 'unverifiable' : 'bad'
    case 'N':
      return 'not-checked'
    default:
      return 'unverifiable'
  }
}
