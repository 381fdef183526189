import { defineStream, onlyPage, observedOf, type Reader, z } from 'affiant/sdk'
import { document as permission, instanceInformation } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { REGION, type Session } from '../session.ts'

/** The document that holds the preferences of Session Manager in a region. */
const DOCUMENT = 'SSM-SessionManagerRunShell'

const Preferences = z.strictObject({
  bucket: z.string().nullable(),
  bucketEncrypted: z.boolean(),
  logGroup: z.string().nullable(),
  logGroupEncrypted: z.boolean(),
})

export const SessionPreferencesRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  /** Absent: nobody ever set them, so sessions are recorded nowhere. */
  preferences: observedOf(Preferences),
  /** Whether there is an instance a session could go to. */
  instances: z.boolean(),
})
export type SessionPreferencesRecord = z.output<typeof SessionPreferencesRecord>

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-preferences-cli.html */
const Content = z.object({
  inputs: z
    .object({
      s3BucketName: z.string().optional(),
      s3EncryptionEnabled: z.boolean().optional(),
      cloudWatchLogGroupName: z.string().optional(),
      cloudWatchEncryptionEnabled: z.boolean().optional(),
    })
    .optional(),
})

export const sessionPreferences = defineStream({
  id: 'aws.session-preferences',
  version: 1,
  title: 'Where sessions on instances are recorded',
  record: SessionPreferencesRecord,
  key: (record) => `${record.account}/${record.region}`,
  appliesTo: [REGION],
  permissions: [permission, instanceInformation],
  reproduce: inRegion(`aws ssm get-document --name ${DOCUMENT}; aws ssm describe-instance-information --max-items 5`),
  async *collect(session: Session, scope, reader: Reader) {
    const place = await session.in(scope)
    const { InstanceInformationList } = await place.call('ssm', 'DescribeInstanceInformation', { MaxResults: 5 })
    const some = given(InstanceInformationList, 'InstanceInformationList')
    const preferences = await reader.observe(
      `${place.region}: preferences of Session Manager`,
      async () => {
        const { Content: text } = await place.call('ssm', 'GetDocument', { Name: DOCUMENT })
        const { inputs } = Content.parse(JSON.parse(given(text, 'Content')))
        return {
          bucket: inputs?.s3BucketName || null,
          bucketEncrypted: inputs?.s3EncryptionEnabled ?? false,
          logGroup: inputs?.cloudWatchLogGroupName || null,
          logGroupEncrypted: inputs?.cloudWatchEncryptionEnabled ?? false,
        }
      },
      { absentOn: 'not-found' },
    )
    yield onlyPage([
      {
        account: place.account,
        region: place.region,
        preferences,
        instances: some.length > 0,
      } satisfies SessionPreferencesRecord,
    ])
  },
})
