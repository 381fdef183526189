import { about, checkAll, fail, notApplicable, pass } from 'affiant/sdk'
import { exampleInstance, exampleTemplate } from '../examples/network.ts'
import { takesNoToken } from '../data/metadata.ts'
import { ec2Instances } from '../streams/ec2-instances.ts'
import { launchTemplates } from '../streams/launch-templates.ts'
import { withinAccount } from '../within-account.ts'

export const imdsv2Required = checkAll(
  { instances: ec2Instances, templates: launchTemplates },
  {
    id: 'aws.imdsv2-required',
    revision: 1,
    title: 'Machines hand out their credentials for tokens only',
    severity: 'high',
    rationale:
      'Without a token, any program on the machine that fetches addresses for others can be made to fetch the credentials of its role.',
    remediation:
      'EC2 console, the machine named, "Actions", "Instance settings", "Modify instance metadata options": IMDSv2 "Required". In the launch template: "Metadata version", "V2 only (token required)", and make that version the default.',
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    restsOn: withinAccount,
    criteria: () => ({
      pass: 'HttpTokens is required, or the metadata service is off, for each machine that is not terminated and each default version of a launch template.',
      fail: 'HttpTokens is optional, or the launch template leaves it open.',
    }),
    examples: {
      pass: { inputs: { instances: [exampleInstance()], templates: [exampleTemplate()] } },
      fail: {
        inputs: {
          instances: [],
          templates: [exampleTemplate({ metadata: { endpoint: null, tokens: null, hops: null } })],
        },
      },
      'not-applicable': { inputs: { instances: [exampleInstance({ state: 'terminated' })], templates: [] } },
    },
    async *evaluate({ instances, templates }) {
      for await (const item of instances.items()) {
        const { state, metadata } = item.record
        if (state === 'terminated') yield { ...about(item), ...notApplicable('terminated', 'the machine is gone') }
        else if (takesNoToken(metadata))
          yield { ...about(item), ...fail('the metadata service takes requests without a token') }
        else yield { ...about(item), ...pass('tokens are required') }
      }
      for await (const item of templates.items()) {
        const { metadata, version } = item.record
        const detail = `version ${version}, the default: tokens are ${metadata.tokens ?? 'not set'}`
        yield { ...about(item), ...(takesNoToken(metadata) ? fail(detail) : pass(detail)) }
      }
    },
  },
)
