import { checkEach, fail, notApplicable, pass, z } from 'affiant/sdk'
import { featureOf } from '../security/judge-each.ts'
import { repositoryExample } from '../repository-example.ts'
import { repositories } from '../streams/repositories.ts'

const settings = repositoryExample().securityAndAnalysis
const withFeatures = (parts: Partial<NonNullable<typeof settings>>) =>
  repositoryExample({ securityAndAnalysis: settings && { ...settings, ...parts } })

export const secretScanningEnabled = checkEach(repositories, {
  id: 'github.secret-scanning-enabled',
  revision: 1,
  title: 'Secrets are looked for in code, and stopped when they are pushed',
  severity: 'high',
  rationale:
    'A key in the history of a repository is known to everyone who may read it, for good. It is best stopped at the push.',
  remediation:
    'Repository, "Settings", "Advanced Security": enable "Secret Protection" and "Push protection", or do so for all repositories with a security configuration of the organisation.',
  params: z.strictObject({
    pushProtection: z.boolean().default(true).describe('Whether pushes with a secret must be stopped.'),
  }),
  criteria: ({ pushProtection }) => ({
    pass: `Secret scanning is on${pushProtection ? ', and so is push protection' : ''}.`,
    fail: `Secret scanning ${pushProtection ? 'or push protection ' : ''}is off.`,
  }),
  examples: {
    pass: { record: repositoryExample() },
    fail: { record: withFeatures({ secretScanningPushProtection: false }) },
    'not-applicable': { record: repositoryExample({ archived: true }) },
    unknown: { record: withFeatures({ secretScanning: null }) },
  },
  evaluate(record, { params }) {
    const { repository } = record
    if (record.archived) return notApplicable('archived', `${repository} is archived: nothing can be pushed`)
    const scanning = featureOf(record, 'secretScanning')
    const protection = params.pushProtection ? featureOf(record, 'secretScanningPushProtection') : true
    const off = [
      ...(scanning === false ? ['secret scanning is off'] : []),
      ...(protection === false ? ['push protection is off'] : []),
    ]
    if (off.length > 0) return fail(`${repository}: ${off.join(' and ')}`)
    if (typeof scanning === 'object') return scanning
    if (typeof protection === 'object') return protection
    return pass(`${repository} is scanned for secrets${params.pushProtection ? ', also at each push' : ''}`)
  },
})
