import { about, checkAll, plural, type Verdict, z } from 'affiant/sdk'
import { archived, classicRule, protectedBy, refused } from '../examples.ts'
import { find, type Finding, outOfQuestion, verdictOf } from '../protection/routes.ts'
import { type BranchProtectionRecord, branchProtection } from '../streams/branch-protection.ts'
import { type CodeOwnersRecord, codeOwners } from '../streams/code-owners.ts'

type File = CodeOwnersRecord['file']
const owners = (file: File): CodeOwnersRecord => ({ repository: 'acme/payments-api', notRead: null, file })
const valid = owners({ state: 'observed', value: { errors: 0, first: [] } })

export const codeOwnersRequired = checkAll(
  { protection: branchProtection, codeOwners },
  {
    id: 'github.code-owners-required',
    revision: 1,
    title: 'Code owners are named without errors, and their review is required',
    severity: 'medium',
    rationale:
      'GitHub silently ignores lines of CODEOWNERS it cannot use, and the whole file unless a rule asks for it.',
    remediation:
      'Correct the errors GitHub shows on the CODEOWNERS file, and select "Require review from Code Owners" in the ruleset or rule of the default branch.',
    onPartialData: 'fails-stand',
    params: z.strictObject({}),
    criteria: () => ({
      pass: 'CODEOWNERS exists, GitHub finds no error in it, and a rule of the default branch requires the review of code owners.',
      fail: 'CODEOWNERS is missing or has errors, or no rule requires the review of code owners.',
    }),
    examples: {
      pass: { inputs: { protection: [protectedBy({ classic: classicRule() })], codeOwners: [valid] } },
      fail: {
        inputs: { protection: [protectedBy({ classic: classicRule() })], codeOwners: [owners({ state: 'absent' })] },
      },
      'not-applicable': { inputs: { protection: [archived], codeOwners: [{ ...owners(null), notRead: 'archived' }] } },
      unknown: { inputs: { protection: [refused], codeOwners: [valid] } },
    },
    async *evaluate(datasets) {
      const files = new Map<string, File>()
      for await (const { record } of datasets.codeOwners.items()) files.set(record.repository, record.file)
      for await (const item of datasets.protection.items()) {
        yield { ...about(item), ...judge(item.record, files.get(item.record.repository) ?? null) }
      }
    },
  },
)

function judge(record: BranchProtectionRecord, file: File): Verdict {
  return (
    outOfQuestion(record) ??
    verdictOf(
      record,
      [
        judgeFile(file),
        { finding: find(record, (route) => route.codeOwners), missing: 'does not require the review of code owners' },
      ],
      'requires the review of code owners, and CODEOWNERS has no error',
    )
  )
}

function judgeFile(file: File): { finding: Finding; missing: string; unread?: string } {
  const missing = 'has no CODEOWNERS file'
  if (file === null) {
    return { finding: { state: 'unknown', reason: 'truncated' }, missing, unread: 'CODEOWNERS was not looked for' }
  }
  if (file.state === 'unknown') {
    const permission = file.permission === undefined ? '' : `; missing permission: ${file.permission}`
    return { finding: file, missing, unread: `CODEOWNERS could not be read${permission}` }
  }
  if (file.state === 'absent') return { finding: 'unmet', missing }
  const { errors } = file.value
  return { finding: errors === 0 ? 'met' : 'unmet', missing: `has ${plural(errors, 'error')} in CODEOWNERS` }
}
