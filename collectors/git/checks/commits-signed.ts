import { checkEach, fail, notApplicable, pass, unknown, type Verdict, z } from 'affiant/sdk'
import { commits } from '../streams/commits.ts'
import { exampleCommit } from './examples.ts'

const Params = z.strictObject({
  require: z
    .enum(['present', 'verified'])
    .default('present')
    .describe('present: a signature is there. verified: it was made by a key that is trusted.'),
})
type Params = z.output<typeof Params>

export const commitsSigned = checkEach(commits, {
  id: 'git.commits-signed',
  revision: 1,
  title: 'Every commit on the default branch is signed',
  severity: 'medium',
  rationale:
    'The author of a commit is whatever its maker typed. Only a signature ties a change to the holder of a key.',
  remediation:
    'Set `commit.gpgsign` to true and `gpg.format` to ssh or openpgp on every machine that commits, and have the host refuse unsigned commits on the default branch.',
  params: Params,
  criteria: ({ require }) => ({
    pass:
      require === 'verified'
        ? 'Each first-parent commit of the period carries a signature that was verified with a trusted key.'
        : 'Each first-parent commit of the period carries a signature, and none that was verified is bad.',
    fail:
      require === 'verified'
        ? 'A commit has no signature, a bad one, or one of a key that is not trusted.'
        : 'A commit has no signature, or a bad one.',
  }),
  emptyPopulation: 'not-applicable',
  examples: {
    pass: { record: exampleCommit() },
    fail: { record: exampleCommit({ signature: { kind: 'none', verification: 'not-checked' } }) },
    'not-applicable': { record: exampleCommit(), params: { require: 'verified' } },
    unknown: {
      record: exampleCommit({ signature: { kind: 'pgp', verification: 'unverifiable' } }),
      params: { require: 'verified' },
    },
  },
  evaluate({ commit, signature }, { params }) {
    const name = `commit ${commit.slice(0, 12)}`
    if (signature.kind === 'none') return fail(`${name} has no signature`)
    if (signature.kind === 'other') return fail(`${name} has a signature block of no known kind`)
    if (signature.verification === 'bad') return fail(`${name} has a ${signature.kind} signature that does not fit it`)
    return params.require === 'present' ? pass() : verified(name, signature)
  },
})

function verified(name: string, { kind, verification }: z.output<typeof commits.record>['signature']): Verdict {
  if (verification === 'good') return pass()
  if (verification === 'untrusted') return fail(`${name} has a ${kind} signature of a key that is not trusted`)
  if (verification === 'unverifiable')
    return unknown('unavailable', `the key or the program to verify the ${kind} signature of ${name} is not here`)
  return notApplicable(
    'undeclared',
    "signatures were not verified; set allowedSigners or verifySignatures in the source's config",
  )
}
