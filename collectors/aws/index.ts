import { type CollectContext, defineCollector, type Permission } from 'affiant/sdk'
import { access } from './access.ts'
import { AwsConfig, type AwsSecret } from './config.ts'
import { prices } from './prices.ts'
import { limits, naming, readsOf, throttling } from './traffic.ts'
import * as configuration from './of-configuration.ts'
import * as data from './of-data.ts'
import * as identity from './of-identity.ts'
import * as organization from './of-organization.ts'
import type { OpenSession } from './open.ts'
import { listScopes } from './scopes.ts'
import { sessionPermissions } from './session-permissions.ts'

const streams = [...organization.streams, ...identity.streams, ...configuration.streams, ...data.streams] as const

export const collector = defineCollector({
  apiVersion: 1,
  id: 'aws',
  title: 'AWS accounts',
  docs: 'https://docs.aws.amazon.com/',
  // Attributes that LookupEvents takes: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html
  requestLog: [
    'CloudTrail records the request as the field requestID of an event, in the account and region that were asked.',
    'Its event history of the last 90 days cannot be asked for that id: take the event name (the operation) and the minutes around the request, and look for the id in what comes:',
    'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=OPERATION --start-time FROM --end-time TO --query "Events[?contains(CloudTrailEvent, \'REQUEST-ID\')]".',
    "Of a trail or an event data store, with Athena or CloudTrail Lake: SELECT * FROM TABLE WHERE requestid = 'REQUEST-ID'.",
    'Requests of data events, such as reading an object of S3, are there only if a trail records them.',
    'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html',
  ].join(' '),
  config: AwsConfig,
  secrets: {
    accessKeyId: 'Id of an access key, for `auth.type: keys`.',
    secretAccessKey: 'The secret half of that access key.',
    sessionToken: 'Session token, where the access key is a temporary one.',
  },
  needs: ({ auth }) => (auth.type === 'keys' ? ['accessKeyId', 'secretAccessKey'] : []),
  machine: ['aws'],
  limits,
  // Over all services and accounts: what a run has in flight at once.
  concurrency: 32,
  // Most streams ask an account once in each region.
  itemsAtOnce: 32,
  naming,
  throttling,
  prices,
  reads: readsOf([...sessionPermissions, ...streams.flatMap(({ permissions }): readonly Permission[] => permissions)]),
  async open(context: CollectContext<AwsConfig, AwsSecret>): Promise<OpenSession> {
    const { openSession } = await import('./open.ts')
    return openSession(context)
  },
  identify: async (session) => session.identity,
  access,
  expects: ({ account: id }) => ({ id }),
  scopes: listScopes,
  streams,
  checks: [...organization.checks, ...identity.checks, ...configuration.checks, ...data.checks],
})
