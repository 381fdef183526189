import { about, checkAll, fail, notApplicable, pass, unknown, z } from 'affiant/sdk'
import { exampleDatabase } from '../examples/data.ts'
import { exampleSubnet } from '../examples/network.ts'
import { labelled, noLabels, production } from '../data/labels.ts'
import { rdsInstances } from '../streams/rds-instances.ts'
import { subnets } from '../streams/subnets.ts'
import { withinAccount } from '../within-account.ts'

export const dataStoresInPrivateSubnets = checkAll(
  { databases: rdsInstances, subnets },
  {
    id: 'aws.data-stores-in-private-subnets',
    revision: 1,
    title: 'Databases of production sit in private subnets',
    severity: 'medium',
    rationale: 'What has no route to the internet cannot be opened to it by one setting.',
    remediation:
      'RDS console, the database named: make a subnet group of private subnets and move it there ("Modify", "Connectivity", "DB subnet group").',
    params: z.strictObject({
      production,
    }),
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: ({ production: values }) => ({
      pass: `No subnet of a database whose tag "environment" is one of ${values.join(', ')} has a route to an internet gateway.`,
      fail: 'A subnet of the database has a route to an internet gateway.',
    }),
    examples: {
      pass: { inputs: { databases: [prod()], subnets: [exampleSubnet()] } },
      fail: { inputs: { databases: [prod()], subnets: [exampleSubnet({ internetGateway: 'igw-0a1' })] } },
      'not-applicable': { inputs: { databases: [exampleDatabase()], subnets: [exampleSubnet()] } },
    },
    async *evaluate({ databases, subnets: listed }, { params }) {
      const gateways = new Map<string, string | null>()
      for await (const { record, source, scope } of listed.items()) {
        gateways.set(`${source}\0${scope}\0${record.id}`, record.internetGateway)
      }
      for await (const item of databases.items()) {
        const { labels, subnets: own } = item.record
        if (!labelled(labels.environment, params.production)) {
          yield {
            ...about(item),
            ...notApplicable('not-production', 'the tags do not say that it belongs to production'),
          }
          continue
        }
        const at = (id: string) => gateways.get(`${item.source}\0${item.scope}\0${id}`)
        const open = own.filter((id) => typeof at(id) === 'string')
        if (open.length > 0)
          yield { ...about(item), ...fail(`subnets with a route to the internet: ${open.join(', ')}`) }
        else if (own.length === 0 || own.some((id) => at(id) === undefined))
          yield { ...about(item), ...unknown('invalid', 'AWS does not list all subnets of the database') }
        else yield { ...about(item), ...pass(`no subnet has a route to the internet (${own.length} listed)`) }
      }
    },
  },
)

function prod() {
  return exampleDatabase({ labels: { ...noLabels, environment: 'prod' } })
}
