import { checkAll, fail, listedInConfig, pass, type Verdict, z } from 'affiant/sdk'
import { archivedKeys, deployKey, keysOf, refusedRead } from '../security/examples.ts'
import { judgeThings } from '../security/judge-each.ts'
import { days, daysFrom } from '../security/reading.ts'
import { type DeployKey, type DeployKeysRecord, deployKeys } from '../streams/deploy-keys.ts'

const Params = z.strictObject({
  maxIdleDays: z.int().min(1).default(90).describe('Most days since the last use.'),
  mayWrite: z
    .array(z.strictObject({ repository: z.string().describe('`owner/name`.'), id: z.int().describe('Id of the key.') }))
    .default([])
    .describe('Keys that may write.'),
})

export const deployKeysBounded = checkAll(
  { keys: deployKeys },
  {
    id: 'github.deploy-keys-bounded',
    revision: 1,
    title: 'Deploy keys only read, and are in use',
    severity: 'medium',
    rationale:
      'A deploy key belongs to nobody, has no second factor and never ends. One that writes passes by reviews.',
    remediation:
      'Repository, "Settings", "Deploy keys": delete keys that are not used, and replace one that may write by one that reads or by a GitHub App.',
    onPartialData: 'fails-stand',
    params: Params,
    criteria: ({ maxIdleDays, mayWrite }) => ({
      pass: `The key is read-only or one that may write (${listedInConfig(mayWrite)}), and was used at most ${days(maxIdleDays)} before the run (or is younger than that).`,
      fail: `The key may write, or was not used in ${days(maxIdleDays)}.`,
    }),
    examples: {
      pass: { inputs: { keys: [keysOf({ state: 'observed', value: [deployKey()] })] } },
      fail: { inputs: { keys: [keysOf({ state: 'observed', value: [deployKey({ readOnly: false })] })] } },
      'not-applicable': { inputs: { keys: [archivedKeys] } },
      unknown: { inputs: { keys: [keysOf(refusedRead)] } },
    },
    evaluate: (datasets, { params, at }) =>
      judgeThings(datasets.keys.items(), {
        what: 'deploy keys',
        of: ({ keys }: DeployKeysRecord) => keys,
        id: ({ id }: DeployKey) => String(id),
        judge: (key, { repository }) => judge(key, repository, params, at),
      }),
  },
)

function judge(
  { id, title, readOnly, createdAt, lastUsed }: DeployKey,
  repository: string,
  { maxIdleDays, mayWrite }: z.output<typeof Params>,
  at: Date,
): Verdict {
  const name = title === null ? `key ${id}` : `"${title}"`
  const faults: string[] = []
  if (!readOnly && !mayWrite.some((one) => one.id === id && one.repository === repository)) faults.push('it may write')
  const idle = daysFrom(lastUsed ?? createdAt, at)
  const since =
    lastUsed === null
      ? `was never used in the ${days(idle)} since it was added`
      : `was last used ${days(idle)} before the run`
  if (idle > maxIdleDays) faults.push(`it ${since}`)
  return faults.length > 0 ? fail(`${name}: ${faults.join(', and ')}`) : pass(`${name} ${since}`)
}
