import { about, checkAll, fail, pass } from 'affiant/sdk'
import { ebsSnapshots } from '../streams/ebs-snapshots.ts'
import { machineImages } from '../streams/machine-images.ts'
import { withinAccount } from '../within-account.ts'

export const snapshotsAndImagesPrivate = checkAll(
  { snapshots: ebsSnapshots, images: machineImages },
  {
    id: 'aws.snapshots-and-images-private',
    revision: 1,
    title: 'No snapshot and no machine image is public',
    severity: 'critical',
    rationale: 'A public snapshot is a copy of a disk for everybody, with whatever lies on it.',
    remediation:
      'EC2 console, "Snapshots" or "AMIs", the one named, "Modify permissions": "Private". For the whole region: "Data protection and security", "Block public access".',
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'It is private, or shared with named accounts.',
      fail: 'Everybody may restore or start it.',
    }),
    examples: {
      pass: { inputs: { snapshots: [snapshot(false)], images: [image(false)] } },
      fail: { inputs: { snapshots: [snapshot(true)], images: [image(false)] } },
    },
    async *evaluate({ snapshots, images }) {
      for await (const item of snapshots.items()) {
        yield { ...about(item), ...(item.record.public ? fail(`snapshot ${item.key} is public`) : pass()) }
      }
      for await (const item of images.items()) {
        yield { ...about(item), ...(item.record.public ? fail(`machine image ${item.key} is public`) : pass()) }
      }
    },
  },
)

function snapshot(isPublic: boolean) {
  return { id: 'snap-0a1', volume: 'vol-0a1', created: '2025-01-10T09:00:00.000Z', encrypted: true, public: isPublic }
}

function image(isPublic: boolean) {
  return { id: 'ami-0a1', name: 'base', state: 'available', created: '2025-01-10T09:00:00.000Z', public: isPublic }
}
