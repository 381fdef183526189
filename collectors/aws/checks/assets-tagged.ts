import { about, checkAll, fail, notApplicable, pass, z } from 'affiant/sdk'
import { type TaggedResourceRecord, taggedResources } from '../streams/tagged-resources.ts'
import { withinAccount } from '../within-account.ts'

const resource = (id: string, tags: readonly string[]): TaggedResourceRecord => ({
  arn: `arn:aws:rds:eu-west-1:111122223333:db:${id}`,
  type: 'rds:db',
  tags: [...tags],
})
const whole = resource('orders', ['Owner', 'DataClassification', 'Environment'])
const bare = resource('left', [])

const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_-]/g, '')

/** Left to its default, nothing is concluded from part of the data: a share of half the assets is none. */
export const assetsTagged = checkAll(
  { resources: taggedResources },
  {
    id: 'aws.assets-tagged',
    revision: 1,
    title: 'Assets say who owns them, how their data is classified and where they belong',
    severity: 'medium',
    rationale:
      'An inventory without owners is a list. Owner, class and environment on the resource itself move with it.',
    remediation: 'Tag the resources in the results; enforce it with tag policies of the organisation.',
    emptyPopulation: 'not-applicable',
    params: z.strictObject({
      tags: z
        .array(z.array(z.string()).min(1))
        .default([
          ['owner', 'team'],
          ['classification', 'data-classification', 'data-class', 'confidentiality'],
          ['environment', 'env', 'stage'],
        ])
        .describe('Tags each asset must have; each list holds names for the same, cases, dashes and spaces aside.'),
      types: z
        .array(z.string())
        .default([
          'ec2:instance',
          'ec2:volume',
          'rds:db',
          'rds:cluster',
          's3',
          'dynamodb:table',
          'lambda:function',
          'eks:cluster',
          'ecs:service',
          'elasticfilesystem:file-system',
        ])
        .describe('Kinds of asset that are in scope, by service and kind as in the ARN.'),
      minimumShare: z
        .number()
        .min(0)
        .max(1)
        .default(0.95)
        .describe('Least part of the assets that must have all tags.'),
    }),
    restsOn: withinAccount,
    criteria: ({ tags, minimumShare }) => ({
      pass: `At least ${Math.round(minimumShare * 100)} % of the assets in scope have all of the tags ${tags.map((names) => names[0]).join(', ')}; the others are listed as not applicable. Resources that never had any tag are not known to the tagging service.`,
      fail: `Fewer than ${Math.round(minimumShare * 100)} % of the assets in scope have all of the tags ${tags.map((names) => names[0]).join(', ')}.`,
    }),
    examples: {
      pass: { inputs: { resources: [whole] } },
      fail: { inputs: { resources: [whole, bare] } },
      'not-applicable': { inputs: { resources: [] } },
    },
    async *evaluate({ resources }, { params }) {
      const wanted = params.tags.map((names) => new Set(names.map(plain)))
      const types = new Set(params.types)
      let tagged = 0
      let all = 0
      for await (const item of resources.items()) {
        const { type, tags } = item.record
        if (!types.has(type)) continue
        all += 1
        const has = new Set(tags.map((tag) => plain(tag.slice(tag.lastIndexOf(':') + 1))))
        const missing = params.tags.filter((_, index) => [...(wanted[index] ?? [])].every((name) => !has.has(name)))
        if (missing.length === 0) tagged += 1
        else
          yield { ...about(item), ...notApplicable('counted', `lacks ${missing.map((names) => names[0]).join(', ')}`) }
      }
      if (all === 0) return
      const share = tagged / all
      const detail = `assets that have all tags: ${tagged} of ${all} (${(share * 100).toFixed(1)} %)`
      yield {
        subject: 'tagged-assets',
        name: 'All assets in scope',
        ...(share >= params.minimumShare ? pass(detail) : fail(detail)),
      }
    },
  },
)
