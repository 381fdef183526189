import { defineStream, observedOf, type Page, type Reader, z } from 'affiant/sdk'
import { sorted } from '../answers.ts'
import type { OutputOf } from '../clients/index.ts'
import { given } from '../given.ts'
import { Labels, labelsOf } from '../data/labels.ts'
import { inRegion } from '../in-region.ts'
import { listOf, wholeListOf } from '../lists.ts'
import { eachOf, pagesOf } from '../paging.ts'
import { allow } from '../permissions.ts'
import { type Place, REGION, type Session } from '../session.ts'

const Listener = z.strictObject({
  arn: z.string(),
  /** `HTTP`, `HTTPS`, `TCP`, `TLS` … */
  protocol: z.string().nullable(),
  port: z.int().nullable(),
  /** Security policy of HTTPS and TLS. */
  policy: z.string().nullable(),
  /** Whether it does nothing but send everybody to HTTPS. */
  redirectsToHttps: z.boolean(),
})
export type Listener = z.output<typeof Listener>

export const LoadBalancerRecord = z.strictObject({
  arn: z.string(),
  name: z.string(),
  /** `application`, `network` or `gateway`. */
  type: z.string(),
  /** `internet-facing` or `internal`. */
  scheme: z.string().nullable(),
  /** Availability zones; sorted. */
  zones: z.array(z.string()),
  /** `absent`: it was deleted while this was read. */
  listeners: observedOf(z.array(Listener)),
  labels: observedOf(Labels),
})
export type LoadBalancerRecord = z.output<typeof LoadBalancerRecord>

type Balancer = NonNullable<OutputOf<'elasticloadbalancing', 'DescribeLoadBalancers'>['LoadBalancers']>[number]
type ListenerAnswer = NonNullable<OutputOf<'elasticloadbalancing', 'DescribeListeners'>['Listeners']>[number]

function listenerOf(answer: ListenerAnswer): Listener {
  const actions = given(answer.DefaultActions, 'DefaultActions')
  return {
    arn: given(answer.ListenerArn, 'ListenerArn'),
    protocol: answer.Protocol ?? null,
    port: answer.Port ?? null,
    policy: answer.SslPolicy ?? null,
    redirectsToHttps:
      actions.length > 0 &&
      actions.every(({ Type, RedirectConfig }) => Type === 'redirect' && RedirectConfig?.Protocol === 'HTTPS'),
  }
}

async function recordOf(place: Place, reader: Reader, answer: Balancer): Promise<LoadBalancerRecord> {
  const arn = given(answer.LoadBalancerArn, 'LoadBalancerArn')
  const name = given(answer.LoadBalancerName, 'LoadBalancerName')
  const listeners = await reader.observe(
    `load balancer ${name}: listeners`,
    async () => {
      const all = await wholeListOf('Listeners', async (Marker) => {
        const input = { LoadBalancerArn: arn, PageSize: 400, Marker }
        const { Listeners, NextMarker } = await place.call('elasticloadbalancing', 'DescribeListeners', input)
        return { items: Listeners, next: NextMarker }
      })
      return all.map(listenerOf).sort((a, b) => (a.arn < b.arn ? -1 : 1))
    },
    { absentOn: 'not-found' },
  )
  const labels = await reader.observe(
    `load balancer ${name}: tags`,
    async () => {
      const answered = await place.call('elasticloadbalancing', 'DescribeTags', { ResourceArns: [arn] })
      const [described] = given(answered.TagDescriptions, 'TagDescriptions')
      return labelsOf(given(given(described, 'TagDescriptions').Tags, 'Tags'))
    },
    { absentOn: 'not-found' },
  )
  return {
    arn,
    name,
    type: given(answer.Type, 'Type'),
    scheme: answer.Scheme ?? null,
    zones: sorted(answer.AvailabilityZones?.map(({ ZoneName }) => ZoneName)),
    listeners,
    labels,
  }
}

export const loadBalancers = defineStream({
  id: 'aws.load-balancers',
  version: 1,
  title: 'Load balancers with their listeners and zones',
  record: LoadBalancerRecord,
  appliesTo: [REGION],
  key: (record) => record.arn,
  label: (record) => record.name,
  permissions: [
    allow('elasticloadbalancing:DescribeLoadBalancers', 'Lists load balancers.'),
    allow('elasticloadbalancing:DescribeListeners', 'Shows protocols and security policies.'),
    allow('elasticloadbalancing:DescribeTags', 'Shows which load balancers belong to production.'),
  ],
  reproduce: inRegion('aws elbv2 describe-load-balancers; aws elbv2 describe-listeners --load-balancer-arn ARN'),
  async *collect(session: Session, scope, reader): AsyncIterable<Page> {
    const place = await session.in(scope)
    const balancers = listOf('LoadBalancers', async (Marker) => {
      const answer = await place.call('elasticloadbalancing', 'DescribeLoadBalancers', { PageSize: 400, Marker })
      return { items: answer.LoadBalancers, next: answer.NextMarker }
    })
    yield* pagesOf(balancers, (items) => eachOf(items, 4, (answer) => recordOf(place, reader, answer)))
  },
})
