import { found, type Handlers, list, named, text, texts } from '../answer.ts'
import { TAGS } from '../tidy-region.ts'
import { AwsError } from '../write.ts'

/** Lambda, EKS, ECR, load balancers, Systems Manager, CloudFormation. */
export const computeHandlers: Handlers = {
  'lambda:ListFunctions': list('Functions', ({ region }) => region.functions.map(({ function: one }) => one)),
  'lambda:GetPolicy': (ask) => {
    const name = text(ask, 'FunctionName')
    const { policy } = found(
      ask.region.functions.find(({ function: one }) => one.FunctionName === name || one.FunctionArn === name),
      'ResourceNotFoundException',
      name,
    )
    return { Policy: JSON.stringify(found(policy, 'ResourceNotFoundException', 'The resource policy')) }
  },
  'lambda:ListFunctionUrlConfigs': list('FunctionUrlConfigs', (ask) => {
    const name = text(ask, 'FunctionName')
    return found(
      ask.region.functions.find(({ function: one }) => one.FunctionName === name || one.FunctionArn === name),
      'ResourceNotFoundException',
      name,
    ).urls
  }),
  'eks:ListClusters': list('clusters', ({ region }) => region.kubernetes.map(({ name }) => name)),
  'eks:DescribeCluster': (ask) => ({
    cluster: found(
      ask.region.kubernetes.find(({ name }) => name === text(ask, 'name')),
      'ResourceNotFoundException',
      'The cluster',
    ),
  }),
  'eks:DescribeClusterVersions': list('clusterVersions', ({ world }) =>
    ['1.35', '1.34', '1.33', '1.29'].map((clusterVersion, index) => ({
      clusterVersion,
      clusterType: 'eks',
      defaultVersion: index === 0,
      versionStatus: index === 3 ? 'EXTENDED_SUPPORT' : 'STANDARD_SUPPORT',
      endOfStandardSupportDate: new Date(world.at.getTime() + (index === 3 ? -400 : 300) * 86_400_000),
    })),
  ),
  'ecr:DescribeRepositories': list('repositories', ({ region }) => region.repositories),
  'ecr:GetRegistryScanningConfiguration': ({ account, region }) => ({
    registryId: account.id,
    scanningConfiguration: region.registryScanning,
  }),
  'elasticloadbalancing:DescribeLoadBalancers': list('LoadBalancers', ({ region }) =>
    region.loadBalancers.map(({ balancer }) => balancer),
  ),
  'elasticloadbalancing:DescribeListeners': list('Listeners', (ask) => {
    const arn = text(ask, 'LoadBalancerArn')
    if (arn === '') throw new AwsError('ValidationError', 'A load balancer or listeners must be named.')
    return found(
      ask.region.loadBalancers.find(({ balancer }) => balancer.LoadBalancerArn === arn),
      'LoadBalancerNotFound',
      arn,
      400,
    ).listeners
  }),
  'elasticloadbalancing:DescribeTags': (ask) => ({
    TagDescriptions: (texts(ask, 'ResourceArns') ?? []).map((ResourceArn) => ({
      ResourceArn,
      Tags: Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value })),
    })),
  }),
  'ssm:DescribeInstanceInformation': list('InstanceInformationList', ({ region }) => region.managedInstances),
  'ssm:DescribeInstancePatchStates': list('InstancePatchStates', (ask) =>
    named(ask.region.patchStates, texts(ask, 'InstanceIds') ?? [], ({ InstanceId }) => InstanceId),
  ),
  'ssm:ListComplianceSummaries': list('ComplianceSummaryItems', ({ region }) => region.complianceSummaries),
  'ssm:GetDocument': (ask) => {
    const { sessionPreferences } = ask.region
    const isAsked = text(ask, 'Name') === 'SSM-SessionManagerRunShell'
    const content = found(isAsked ? sessionPreferences : undefined, 'InvalidDocument', 'The document', 400)
    return {
      Name: text(ask, 'Name'),
      Content: JSON.stringify(content),
      DocumentType: 'Session',
      DocumentFormat: 'JSON',
      DocumentVersion: '1',
      Status: 'Active',
    }
  },
  'cloudformation:ListStacks': list('StackSummaries', (ask) =>
    named(ask.region.stacks, texts(ask, 'StackStatusFilter'), ({ stack }) => stack.StackStatus).map(
      ({ stack }) => stack,
    ),
  ),
  'cloudformation:DescribeStacks': list('Stacks', (ask) =>
    named(ask.region.stacks, texts(ask, 'StackName'), ({ stack }) => stack.StackName)
      .filter(({ stack }) => stack.StackStatus !== 'DELETE_COMPLETE')
      .map(({ stack: { StackId, StackName, CreationTime, StackStatus, ParentId, DriftInformation } }) => ({
        StackId,
        StackName,
        CreationTime,
        StackStatus,
        ParentId,
        DriftInformation,
        Tags: [{ Key: 'environment', Value: 'prod' }],
      })),
  ),
  'cloudformation:GetTemplate': (ask) => ({
    TemplateBody: `# ${text(ask, 'StackName').split('/')[1] ?? 'template'}\nResources: {}\n`,
    StagesAvailable: ['Original', 'Processed'],
  }),
  'cloudformation:DescribeStackResourceDrifts': list('StackResourceDrifts', (ask) => {
    const name = text(ask, 'StackName')
    return found(
      ask.region.stacks.find(({ stack }) => stack.StackName === name || stack.StackId === name),
      'ValidationError',
      name,
      400,
    ).drifts
  }),
}
