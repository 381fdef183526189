import { about, checkAll, fail, pass } from 'affiant/sdk'
import { fits } from '../patterns.ts'
import { ecrRepositories } from '../streams/ecr-repositories.ts'
import { ecrScanning, type RegistryScanningRecord } from '../streams/ecr-scanning.ts'
import { withinAccount } from '../within-account.ts'

export const containerImagesScanned = checkAll(
  { repositories: ecrRepositories, registries: ecrScanning },
  {
    id: 'aws.container-images-scanned',
    revision: 1,
    title: 'Container images are scanned when they come in',
    severity: 'medium',
    rationale: 'Images bring along the faults of everything they were built from.',
    remediation:
      'ECR console, "Private registry", "Scanning", "Edit": choose enhanced scanning, or basic scanning with a filter that fits the repository.',
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'A rule of the registry scans the repository on push or continuously, or, unless the registry scans by Inspector (ENHANCED), the repository itself scans on push.',
      fail: 'Neither does.',
    }),
    examples: {
      pass: { inputs: { repositories: [repository(false)], registries: [registry('CONTINUOUS_SCAN')] } },
      fail: { inputs: { repositories: [repository(false)], registries: [registry('MANUAL')] } },
    },
    async *evaluate({ repositories, registries }) {
      const known = new Map<string, RegistryScanningRecord>()
      for await (const { record, source, scope } of registries.items()) known.set(`${source}\0${scope}`, record)
      for await (const item of repositories.items()) {
        const { name, scanOnPush } = item.record
        const scanned = known.get(`${item.source}\0${item.scope}`)
        const rule = scanned?.rules.find(
          ({ frequency, repositories: names }) =>
            frequency !== 'MANUAL' && names.some((pattern) => covers(pattern, name)),
        )
        if (rule !== undefined) yield { ...about(item), ...pass(`the registry has ${rule.frequency} for it`) }
        else if (scanOnPush && scanned?.scanType !== 'ENHANCED') yield { ...about(item), ...pass('scans on push') }
        else {
          const detail = scanOnPush ? 'the registry scans by Inspector, and has no rule for it' : 'is not scanned'
          yield { ...about(item), ...fail(detail), ...(scanned === undefined && { ofAbsence: true as const }) }
        }
      }
    },
  },
)

/** A filter without a star fits every name that has it in it. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html */
function covers(pattern: string, name: string): boolean {
  return pattern.includes('*') ? fits(name, pattern) : name.includes(pattern)
}

function repository(scanOnPush: boolean) {
  return {
    arn: 'arn:aws:ecr:eu-west-1:111122223333:repository/web',
    name: 'web',
    created: '2025-01-10T09:00:00.000Z',
    scanOnPush,
    tagMutability: 'IMMUTABLE',
  }
}

function registry(frequency: string): RegistryScanningRecord {
  return { region: 'eu-west-1', scanType: 'ENHANCED', rules: [{ frequency, repositories: ['*'] }] }
}
