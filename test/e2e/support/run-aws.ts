import type { Clock } from '../../../src/sdk/context.ts'
import type { AwsWorldServer, World } from '../../servers/aws/index.ts'
import { runSource, type SourceRun } from './run-source.ts'

export interface AwsRunOptions {
  checks?: object
  /** Settings of the source. */
  config?: object
  clock: Clock
}

/** Reads an emulated AWS through the whole engine, from the config file to the sealed and verified bundle. */
export function runAws(server: AwsWorldServer, { checks, config, clock }: AwsRunOptions): Promise<SourceRun> {
  process.env.E2E_AWS_KEY_ID = server.keys.accessKeyId
  process.env.E2E_AWS_SECRET = server.keys.secretAccessKey
  return runSource({ sources: [awsSource(server, config)], ...(checks && { checks }), clock })
}

/** The source of an emulated AWS; its keys are read from `E2E_AWS_KEY_ID` and `E2E_AWS_SECRET`. */
export function awsSource({ url, world }: Pick<AwsWorldServer, 'url' | 'world'>, config: object = {}) {
  return {
    id: 'aws',
    collector: 'aws',
    demo: true,
    share: 1,
    config: {
      endpoint: url,
      auth: { type: 'keys' },
      ...(world.organization && { accounts: 'organization' }),
      ...(world.externalId !== undefined && { role: { name: world.roleName, externalId: world.externalId } }),
      ...config,
    },
    secrets: { accessKeyId: { env: 'E2E_AWS_KEY_ID' }, secretAccessKey: { env: 'E2E_AWS_SECRET' } },
  }
}

/** What the well-kept organisation has declared and approved, as `checks` of a config. */
export function tidyAwsChecks({ regions, identityCenter, home }: World) {
  return {
    // No policy binds the management account, so what is on from the start has to be approved there.
    'aws.unapproved-regions-denied': {
      params: { approved: regions.filter(({ optIn }) => !optIn).map(({ name }) => name) },
    },
    'aws.identity-center-users-are-staff': {
      params: { roster: identityCenter?.users.flatMap(({ UserName }) => UserName ?? []) ?? [] },
    },
    'aws.people-are-federated': { params: { emergencyUsers: ['break-glass'] } },
    'aws.baseline-changes-explained': { params: { automation: ['deploy'] } },
    'aws.record-buckets-immutable': { params: { records: ['logs-*'], data: ['data-*'] } },
    'aws.object-events-logged': { params: { buckets: [`data-${home}`] } },
  }
}
