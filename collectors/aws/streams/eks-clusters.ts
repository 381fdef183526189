import { defineStream, observedOf, type Page, z } from 'affiant/sdk'
import { sorted } from '../answers.ts'
import type { OutputOf } from '../clients/index.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { listOf } from '../lists.ts'
import { eachOf, pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { REGION, type Session } from '../session.ts'

const Details = z.strictObject({
  arn: z.string(),
  version: z.string(),
  status: z.string().nullable(),
  publicAccess: z.boolean(),
  /** From where the public endpoint may be asked; sorted. */
  publicCidrs: z.array(z.string()),
  privateAccess: z.boolean(),
  /** Types of log that are on; sorted. */
  logTypes: z.array(z.string()),
})
type Details = z.output<typeof Details>

export const ClusterRecord = z.strictObject({
  name: z.string(),
  /** `absent`: it was deleted while this was read. */
  details: observedOf(Details),
})
export type ClusterRecord = z.output<typeof ClusterRecord>

function detailsOf(cluster: NonNullable<OutputOf<'eks', 'DescribeCluster'>['cluster']>): Details {
  const network = given(cluster.resourcesVpcConfig, 'resourcesVpcConfig')
  const logs = (cluster.logging?.clusterLogging ?? []).filter(({ enabled }) => enabled === true)
  return {
    arn: given(cluster.arn, 'arn'),
    version: given(cluster.version, 'version'),
    status: cluster.status ?? null,
    publicAccess: given(network.endpointPublicAccess, 'endpointPublicAccess'),
    publicCidrs: sorted(network.publicAccessCidrs),
    privateAccess: network.endpointPrivateAccess ?? false,
    logTypes: sorted(logs.flatMap(({ types = [] }) => types)),
  }
}

export const eksClusters = defineStream({
  id: 'aws.eks-clusters',
  version: 1,
  title: 'Kubernetes clusters with their endpoint, version and logs',
  record: ClusterRecord,
  appliesTo: [REGION],
  key: (record) => record.name,
  permissions: [
    allow('eks:ListClusters', 'Lists clusters.'),
    allow('eks:DescribeCluster', 'Shows the endpoint, version and logs of a cluster.'),
  ],
  reproduce: inRegion('aws eks list-clusters; aws eks describe-cluster --name NAME'),
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const place = await session.in(scope)
    const names = listOf('clusters', async (nextToken) => {
      const answer = await place.call('eks', 'ListClusters', { maxResults: 100, nextToken })
      return { items: answer.clusters, next: answer.nextToken }
    })
    yield* pagesOf(names, (items) =>
      eachOf(
        items,
        4,
        async (name): Promise<ClusterRecord> => ({
          name,
          details: await reader.observe(
            `cluster ${name}`,
            async () => {
              const { cluster } = await place.call('eks', 'DescribeCluster', { name })
              return detailsOf(given(cluster, 'cluster'))
            },
            { absentOn: 'not-found' },
          ),
        }),
      ),
    )
  },
})
