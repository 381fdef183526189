import { describe, expect, test } from 'vitest'
import type { Check } from 'affiant/sdk'
import { exampleCommit, exampleFile, exampleRepository } from '../../../collectors/git/checks/examples.ts'
import { collector } from '../../../collectors/git/index.ts'
import { checkOf, verdicts } from './checks-harness.ts'

const cases = (collector.checks as readonly Check[]).flatMap((check) =>
  Object.entries(check.examples).map(([status, example]) => ({ check, id: check.id, status, example })),
)

describe('examples', () => {
  test.each(cases)('$id: $status', async ({ check, status, example }) => {
    expect((await verdicts(check, example)).map((verdict) => verdict.status)).toEqual([status])
  })
})

const judge = async (kind: string, verification: string, require?: string) => {
  const record = { ...exampleCommit(), signature: { kind, verification } }
  const [verdict] = await verdicts(checkOf('git.commits-signed'), { record, ...(require && { params: { require } }) })
  return verdict && ('reason' in verdict ? `${verdict.status}: ${verdict.reason}` : verdict.status)
}

describe('git.commits-signed', () => {
  test.each([
    ['none', 'not-checked', 'fail', 'fail'],
    ['other', 'not-checked', 'fail', 'fail'],
    ['ssh', 'bad', 'fail', 'fail'],
    ['ssh', 'good', 'pass', 'pass'],
    ['pgp', 'untrusted', 'pass', 'fail'],
    ['pgp', 'unverifiable', 'pass', 'unknown: unavailable'],
    ['x509', 'not-checked', 'pass', 'not-applicable: undeclared'],
  ])('%s, %s: %s if present is enough, %s if it must be verified', async (kind, verification, present, verified) => {
    expect(await judge(kind, verification)).toBe(present)
    expect(await judge(kind, verification, 'verified')).toBe(verified)
  })
})

test('a declaration that is missing is never a pass', async () => {
  for (const [id, record] of [
    ['git.authors-declared', exampleCommit()],
    ['git.protected-files-changed-by-approved', exampleFile()],
  ] as const) {
    expect(await verdicts(checkOf(id), { record })).toMatchObject([
      { status: 'not-applicable', reason: 'undeclared', detail: expect.stringContaining(`checks.${id}.params.`) },
    ])
  }
})

test('an author without an address is not declared by an empty entry', async () => {
  const declared = { params: { declared: [' '] }, record: exampleCommit({ author: null }) }
  expect(await verdicts(checkOf('git.authors-declared'), declared)).toMatchObject([{ status: 'fail' }])
})

test.each([
  ['a symbolic link', { mode: '120000' }],
  ['an empty file', { empty: true }],
])('%s does not name owners', async (_, change) => {
  const inputs = { repositories: [exampleRepository()], files: [exampleFile(change)] }
  expect(await verdicts(checkOf('git.code-owners-present'), { inputs })).toMatchObject([{ status: 'fail' }])
  const both = { ...inputs, files: [exampleFile(change), exampleFile({ path: 'CODEOWNERS' }), exampleFile(change)] }
  expect(await verdicts(checkOf('git.code-owners-present'), { inputs: both })).toMatchObject([{ status: 'pass' }])
})
