import { defineStream, onlyPage, z } from 'affiant/sdk'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

export const RegistryScanningRecord = z.strictObject({
  region: z.string(),
  /** `BASIC`, or `ENHANCED` by Inspector. */
  scanType: z.string(),
  rules: z.array(
    z.strictObject({
      /** `SCAN_ON_PUSH`, `CONTINUOUS_SCAN` or `MANUAL`. */
      frequency: z.string(),
      /** Names of repositories, `*` for any part; sorted. */
      repositories: z.array(z.string()),
    }),
  ),
})
export type RegistryScanningRecord = z.output<typeof RegistryScanningRecord>

export const ecrScanning = defineStream({
  id: 'aws.ecr-scanning',
  version: 1,
  title: 'How the registry of a region scans images',
  record: RegistryScanningRecord,
  appliesTo: [REGION],
  key: (record) => record.region,
  permissions: [allow('ecr:GetRegistryScanningConfiguration', 'Shows which repositories are scanned, and how.')],
  reproduce: inRegion('aws ecr get-registry-scanning-configuration'),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const { scanningConfiguration } = await place.call('ecr', 'GetRegistryScanningConfiguration', {})
    const { scanType, rules = [] } = given(scanningConfiguration, 'scanningConfiguration')
    const record: RegistryScanningRecord = {
      region: place.region,
      scanType: given(scanType, 'scanType'),
      rules: rules.map(({ scanFrequency, repositoryFilters }) => ({
        frequency: given(scanFrequency, 'scanFrequency'),
        repositories: given(repositoryFilters, 'repositoryFilters')
          .map(({ filter }) => given(filter, 'filter'))
          .sort(),
      })),
    }
    yield onlyPage([record])
  },
})
