import { checkEach, fail, pass } from 'affiant/sdk'
import { exampleVolume } from '../examples/data.ts'
import { ebsVolumes } from '../streams/ebs-volumes.ts'

export const volumesEncrypted = checkEach(ebsVolumes, {
  id: 'aws.volumes-encrypted',
  revision: 1,
  title: 'Volumes are encrypted',
  severity: 'medium',
  rationale: 'Who gets hold of a copy of a volume reads what is not encrypted.',
  remediation:
    'EC2 console, "Volumes": make a snapshot of the volume named, copy it with encryption, and make a new volume of the copy.',
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'The volume is encrypted.',
    fail: 'The volume is not encrypted.',
  }),
  examples: {
    pass: { record: exampleVolume() },
    fail: { record: exampleVolume({ encrypted: false }) },
  },
  evaluate({ id, encrypted }) {
    return encrypted ? pass() : fail(`volume ${id} is not encrypted`)
  },
})
