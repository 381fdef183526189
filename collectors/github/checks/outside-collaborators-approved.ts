import { about, checkAll, fail, listedInConfig, pass, type Verdict, z } from 'affiant/sdk'
import { accountKey } from '../answers.ts'
import { outsideCollaboratorAccess } from '../streams/outside-collaborator-access.ts'
import { outsideCollaborators } from '../streams/outside-collaborators.ts'

const guest = { login: 'person-g', app: null }
const access = { ...guest, repository: 'acme/website', role: 'write', admin: false }

export const outsideCollaboratorsApproved = checkAll(
  { collaborators: outsideCollaborators, access: outsideCollaboratorAccess },
  {
    id: 'github.outside-collaborators-approved',
    revision: 1,
    title: 'Every outside collaborator is approved until a date, and none administers a repository',
    severity: 'high',
    rationale:
      'People outside of the organisation escape its joiner and leaver process; only an end date brings them back to mind.',
    remediation:
      'Organisation, "People", "Outside collaborators": remove those who are not needed, lower "Admin" to what the work needs, and declare the others with an end date.',
    onPartialData: 'fails-stand',
    params: z.strictObject({
      approved: z
        .array(
          z.strictObject({
            login: z.string().describe('Login of the collaborator.'),
            until: z.iso.date().describe('Last day of the approval (UTC).'),
          }),
        )
        .default([])
        .describe('Outside collaborators who may have access.'),
    }),
    redactParams: { 'approved.*.login': 'pseudonym' },
    emptyPopulation: 'not-applicable',
    criteria: ({ approved }) => ({
      pass: `The collaborator is approved (${listedInConfig(approved)}), the approval has not ended, and no repository is administered.`,
      fail: 'The collaborator is not approved, the approval has ended, or a repository is administered.',
    }),
    examples: {
      pass: {
        inputs: { collaborators: [guest], access: [access] },
        params: { approved: [{ login: 'person-g', until: '2999-12-31' }] },
      },
      fail: { inputs: { collaborators: [guest], access: [access] } },
    },
    async *evaluate(datasets, { params, at }) {
      const until = new Map(params.approved.map((each) => [each.login, each.until]))
      const administered = new Map<string, string[]>()
      const unclear = new Set<string>()
      for await (const { record } of datasets.access.items()) {
        const key = accountKey(record)
        if (record.admin === null) unclear.add(key)
        if (record.admin === true) administered.set(key, [...(administered.get(key) ?? []), record.repository])
      }
      const today = at.toISOString().slice(0, 10)
      for await (const item of datasets.collaborators.items()) {
        const key = accountKey(item.record)
        yield { ...about(item), ...judge(until.get(key), today, administered.get(key), unclear.has(key)) }
      }
    },
  },
)

function judge(
  until: string | undefined,
  today: string,
  administered: readonly string[] | undefined,
  unclear: boolean,
): Verdict {
  if (until === undefined) return fail('an outside collaborator is not on the approved list')
  if (until < today) return fail(`the approval of an outside collaborator ended on ${until}`)
  if (administered) return fail(`an outside collaborator administers ${administered.slice(0, 3).join(', ')}`)
  if (unclear) {
    return { status: 'unknown', reason: 'invalid', detail: 'GitHub did not say whether a repository is administered' }
  }
  return pass(`approved until ${until}`)
}
