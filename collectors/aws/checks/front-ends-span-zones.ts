import { checkEach, fail, notApplicable, pass, plural, unread, z } from 'affiant/sdk'
import { denied, exampleLoadBalancer, observed } from '../examples/data.ts'
import { labelled, noLabels, production } from '../data/labels.ts'
import { loadBalancers } from '../streams/load-balancers.ts'

export const frontEndsSpanZones = checkEach(loadBalancers, {
  id: 'aws.front-ends-span-zones',
  revision: 1,
  title: 'Load balancers of production stand in two zones or more',
  severity: 'low',
  rationale: 'What stands in one zone is gone when that zone is.',
  remediation:
    'EC2 console, "Load balancers", the one named, "Network mapping", "Edit subnets": add a subnet in another zone.',
  params: z.strictObject({
    production,
    zones: z.int().min(1).default(2).describe('Fewest zones.'),
  }),
  emptyPopulation: 'not-applicable',
  criteria: ({ production: values, zones }) => ({
    pass: `A load balancer whose tag "environment" is one of ${values.join(', ')} has ${plural(zones, 'zone')} or more.`,
    fail: 'It has fewer.',
  }),
  examples: {
    pass: { record: exampleLoadBalancer() },
    fail: { record: exampleLoadBalancer({ zones: ['eu-west-1a'] }) },
    'not-applicable': { record: exampleLoadBalancer({ labels: observed(noLabels) }) },
    unknown: { record: exampleLoadBalancer({ labels: denied('elasticloadbalancing:DescribeTags') }) },
  },
  evaluate(record, { params }) {
    if (record.labels.state === 'unknown') return unread(record.labels, 'the tags')
    if (record.labels.state === 'absent') return notApplicable('deleted', 'it was deleted while this was read')
    if (!labelled(record.labels.value.environment, params.production)) {
      return notApplicable('not-production', 'the tags do not say that it belongs to production')
    }
    const detail = `stands in ${plural(record.zones.length, 'zone')}`
    return record.zones.length >= params.zones ? pass(detail) : fail(detail)
  },
})
