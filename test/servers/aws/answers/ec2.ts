import { type Ask, type Handlers, list, named, text, texts } from '../answer.ts'
import { regionsOf } from './organization.ts'

interface Filter {
  Name?: string
  Values?: string[]
}

/** EC2, VPC and EBS of a region. Of filters those that collectors use are known. */
export const ec2Handlers: Handlers = {
  'ec2:DescribeRegions': (ask) => ({
    Regions: regionsOf(ask.world, ask.account)
      .map(({ RegionName, RegionOptStatus }) => ({
        RegionName,
        Endpoint: `ec2.${RegionName}.amazonaws.com`,
        OptInStatus: { ENABLED_BY_DEFAULT: 'opt-in-not-required', ENABLED: 'opted-in', DISABLED: 'not-opted-in' }[
          RegionOptStatus
        ],
      }))
      .filter(({ OptInStatus }) => ask.input.AllRegions === true || OptInStatus !== 'not-opted-in'),
  }),
  'ec2:DescribeVpcs': list('Vpcs', (ask) => named(ask.region.vpcs, texts(ask, 'VpcIds'), ({ VpcId }) => VpcId)),
  'ec2:DescribeSubnets': list('Subnets', ({ region }) => region.subnets),
  'ec2:DescribeRouteTables': list('RouteTables', ({ region }) => region.routeTables),
  'ec2:DescribeDhcpOptions': list('DhcpOptions', ({ region }) => region.dhcpOptions),
  'ec2:DescribeFlowLogs': list('FlowLogs', ({ region }) => region.flowLogs),
  'ec2:DescribeNetworkAcls': list('NetworkAcls', ({ region }) => region.networkAcls),
  'ec2:DescribeNetworkInterfaces': list('NetworkInterfaces', ({ region }) => region.networkInterfaces),
  'ec2:DescribeSecurityGroups': list('SecurityGroups', (ask) =>
    named(ask.region.securityGroups, valuesOf(ask, 'group-name'), ({ GroupName }) => GroupName),
  ),
  'ec2:DescribeInstances': list('Reservations', (ask) =>
    named(
      named(ask.region.instances, valuesOf(ask, 'instance-state-name'), ({ State }) => State?.Name),
      texts(ask, 'InstanceIds'),
      ({ InstanceId }) => InstanceId,
    ).map((instance) => ({
      ReservationId: `r-${instance.InstanceId?.slice(2) ?? ''}`,
      OwnerId: ask.account.id,
      Groups: [],
      Instances: [instance],
    })),
  ),
  'ec2:DescribeLaunchTemplates': list('LaunchTemplates', ({ region }) =>
    region.launchTemplates.map(({ template }) => template),
  ),
  'ec2:DescribeLaunchTemplateVersions': list('LaunchTemplateVersions', (ask) => {
    const id = text(ask, 'LaunchTemplateId')
    const wanted = texts(ask, 'Versions')
    return ask.region.launchTemplates
      .filter(({ template }) => id === '' || template.LaunchTemplateId === id)
      .flatMap(({ versions }) =>
        versions.filter(
          ({ DefaultVersion, VersionNumber }) =>
            wanted === undefined ||
            (wanted.includes('$Default') && DefaultVersion === true) ||
            wanted.includes('$Latest') ||
            wanted.includes(String(VersionNumber)),
        ),
      )
  }),
  'ec2:DescribeVolumes': list('Volumes', ({ region }) => region.volumes),
  'ec2:DescribeSnapshots': list('Snapshots', (ask) => {
    const isForAll = texts(ask, 'RestorableByUserIds')?.includes('all') === true
    return ask.region.snapshots.filter(({ isPublic }) => !isForAll || isPublic === true).map(({ snapshot }) => snapshot)
  }),
  'ec2:DescribeImages': list('Images', (ask) => {
    const isForAll = texts(ask, 'ExecutableUsers')?.includes('all') === true
    return ask.region.images.filter(({ Public }) => !isForAll || Public === true)
  }),
  'ec2:GetEbsEncryptionByDefault': ({ region }) => ({ EbsEncryptionByDefault: region.ebsEncryptionByDefault }),
  'ec2:GetEbsDefaultKmsKeyId': () => ({ KmsKeyId: 'alias/aws/ebs' }),
  'ec2:GetSnapshotBlockPublicAccessState': () => ({ State: 'block-all-sharing' }),
  'ec2:GetImageBlockPublicAccessState': () => ({ ImageBlockPublicAccessState: 'block-new-sharing' }),
  'ec2:GetInstanceMetadataDefaults': () => ({ AccountLevel: { HttpTokens: 'required' } }),
}

function valuesOf({ input }: Ask, name: string): string[] | undefined {
  return ((input.Filters ?? []) as Filter[]).find((filter) => filter.Name === name)?.Values
}
