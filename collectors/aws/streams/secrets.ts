import { defineStream, z } from 'affiant/sdk'
import { timeOf } from '../answers.ts'
import { given } from '../given.ts'
import { secrets as permission } from '../identity/permissions.ts'
import { inRegion } from '../in-region.ts'
import { list, pagesOf } from '../paging.ts'
import { REGION, type Session } from '../session.ts'

const time = z.iso.datetime().nullable()

/** Names and dates. Descriptions, tags and values are not read: they hold anything. */
export const SecretRecord = z.strictObject({
  arn: z.string(),
  name: z.string(),
  rotation: z.boolean(),
  /** Days between rotations, where a schedule says so in days. */
  rotationDays: z.int().nullable(),
  created: time,
  lastRotated: time,
  lastChanged: time,
  /** To the day; `null`: never read. */
  lastAccessed: time,
  /** The service of AWS that keeps it, such as `rds`. */
  owningService: z.string().nullable(),
  /** Region of the original; `null`: it is no replica, or the original of none. */
  primaryRegion: z.string().nullable(),
})
export type SecretRecord = z.output<typeof SecretRecord>

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
export const secrets = defineStream({
  id: 'aws.secrets',
  version: 1,
  title: 'Secrets of Secrets Manager: names and dates, no values',
  record: SecretRecord,
  key: (record) => record.arn,
  label: (record) => record.name,
  permissions: [permission],
  appliesTo: [REGION],
  reproduce: inRegion('aws secretsmanager list-secrets'),
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const answers = list(
      (NextToken) => place.call('secretsmanager', 'ListSecrets', { MaxResults: 100, NextToken }),
      ({ SecretList, NextToken }) => ({ items: given(SecretList, 'SecretList'), next: NextToken }),
    )
    yield* pagesOf(answers, (items) =>
      items.map(
        (secret): SecretRecord => ({
          arn: given(secret.ARN, 'ARN'),
          name: given(secret.Name, 'Name'),
          rotation: secret.RotationEnabled ?? false,
          rotationDays: secret.RotationRules?.AutomaticallyAfterDays ?? null,
          created: timeOf(secret.CreatedDate),
          lastRotated: timeOf(secret.LastRotatedDate),
          lastChanged: timeOf(secret.LastChangedDate),
          lastAccessed: timeOf(secret.LastAccessedDate),
          owningService: secret.OwningService ?? null,
          primaryRegion: secret.PrimaryRegion ?? null,
        }),
      ),
    )
  },
})
