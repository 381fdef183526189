import { checkAll, fail, notApplicable, pass, unread, type Verdict, z } from 'affiant/sdk'
import { environmentsOf, production, refusedRead } from '../security/examples.ts'
import { judgeThings } from '../security/judge-each.ts'
import { type Environment, type EnvironmentsRecord, environments } from '../streams/environments.ts'

const Params = z.strictObject({
  names: z
    .array(z.string().min(1))
    .default(['production*', 'prod'])
    .describe('Names of environments that are production; `*` stands for anything, and case does not matter.'),
  branches: z
    .array(z.string())
    .default([])
    .describe('Patterns of branches that may deploy besides protected ones and the default branch (`release/*`).'),
})

export const productionNeedsApproval = checkAll(
  { environments },
  {
    id: 'github.production-needs-approval',
    revision: 1,
    title: 'A deployment to production is approved and comes from a protected branch',
    severity: 'medium',
    rationale: 'Without an approval, and from any branch, whoever may push may also deploy what nobody has seen.',
    remediation:
      'Repository, "Settings", "Environments", the environment: "Required reviewers", and "Deployment branches and tags": "Protected branches only".',
    onPartialData: 'fails-stand',
    params: Params,
    criteria: ({ names, branches }) => ({
      pass: `Environments named ${names.join(' or ')} have required reviewers and are deployed to from protected branches or the default branch${branches.length > 0 ? ` or ${branches.join(', ')}` : ''} only.`,
      fail: 'Such an environment has no required reviewers, or is deployed to from other branches.',
    }),
    examples: {
      pass: { inputs: { environments: [environmentsOf(production())] } },
      fail: { inputs: { environments: [environmentsOf(production({ reviewers: null }))] } },
      'not-applicable': { inputs: { environments: [environmentsOf()] } },
      unknown: { inputs: { environments: [{ ...environmentsOf(), environments: refusedRead }] } },
    },
    evaluate(datasets, { params }) {
      const named = params.names.map(wildcard)
      return judgeThings(datasets.environments.items(), {
        what: 'environments',
        of: (record: EnvironmentsRecord) => record.environments,
        id: ({ name }: Environment) => name,
        judge: (environment, record) =>
          named.some((name) => name.test(environment.name))
            ? judge(environment, record, params.branches)
            : notApplicable('not-production', `${environment.name} is not production by its name`),
      })
    },
  },
)

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 'i')
}

function judge(
  environment: Environment,
  { repository, defaultBranch }: EnvironmentsRecord,
  branches: readonly string[],
): Verdict {
  const { name, reviewers, patterns, anyProtected } = environment
  const subject = `${repository}: ${name}`
  const faults: string[] = []
  if (reviewers === null) faults.push('nobody has to approve')
  if (environment.branches === 'all') faults.push('every branch may deploy')
  if (anyProtected?.state === 'observed' && !anyProtected.value) {
    faults.push('no branch is protected, so every branch may deploy')
  }
  const allowed = new Set([...branches, ...(defaultBranch === null ? [] : [defaultBranch])])
  const others = patterns?.state === 'observed' ? patterns.value.filter((one) => !allowed.has(one)) : []
  if (others.length > 0) faults.push(`${others.slice(0, 3).join(', ')} may deploy`)
  if (faults.length > 0) return fail(`${subject}: ${faults.join(' and ')}`)
  if (patterns?.state === 'unknown') return unread(patterns, `${subject}: branches that may deploy`)
  if (anyProtected?.state === 'unknown') return unread(anyProtected, `${subject}: whether any branch is protected`)
  return pass(`${subject}: a deployment is approved and comes from a protected branch`)
}
