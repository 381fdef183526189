import { hex } from './answer.ts'
import { uuid } from './tidy-region.ts'
import { DAY, type Region, type World } from './world.ts'

/**
 * Adds what some checks have nothing to judge without: classified and critical data, an interface on the internet, a
 * certificate in IAM, and a finding that nobody had time to look at. All of it is as it should be.
 */
export function occupied(world: World): World {
  const ago = (days: number) => new Date(world.at.getTime() - days * DAY)
  for (const account of world.accounts.values()) {
    account.serverCertificates.push({
      Path: '/',
      ServerCertificateName: 'old-front-end',
      ServerCertificateId: `ASCA${hex(`${account.id} certificate`, 17).toUpperCase()}`,
      Arn: `arn:aws:iam::${account.id}:server-certificate/old-front-end`,
      UploadDate: ago(100),
      Expiration: ago(-200),
    })
    for (const { name, tags } of account.buckets) {
      if (name.startsWith('data-'))
        for (const tag of tags ?? []) if (tag.Key === 'classification') tag.Value = 'confidential'
    }
    for (const region of account.regions.values()) occupy(region, account.id, ago)
  }
  return world
}

function occupy(region: Region, account: string, ago: (days: number) => Date): void {
  const [network] = region.networkInterfaces
  const group = `sg-${hex(`${account} ${region.name} edge`, 17)}`
  const everybody = { IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [], UserIdGroupPairs: [], PrefixListIds: [] }
  region.securityGroups.push({
    GroupId: group,
    GroupName: 'edge',
    Description: 'what stands on the internet',
    VpcId: network?.VpcId,
    OwnerId: account,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, ...everybody }],
    IpPermissionsEgress: [{ IpProtocol: '-1', ...everybody }],
  })
  region.networkInterfaces.push({
    NetworkInterfaceId: `eni-${hex(`${account} ${region.name} edge`, 17)}`,
    VpcId: network?.VpcId,
    SubnetId: network?.SubnetId,
    Status: 'in-use',
    InterfaceType: 'interface',
    OwnerId: account,
    PrivateIpAddress: '10.0.0.20',
    Association: { PublicIp: '192.0.2.20', IpOwnerId: 'amazon' },
    Groups: [{ GroupId: group, GroupName: 'edge' }],
  })
  for (const database of region.databases) {
    database.TagList = [...(database.TagList ?? []), { Key: 'criticality', Value: 'high' }]
  }
  for (const { findings } of region.analyzers) {
    findings.push({
      id: uuid(`${account} ${region.name} external, new`),
      resource: `arn:aws:iam::${account}:role/affiant`,
      resourceType: 'AWS::IAM::Role',
      resourceOwnerAccount: account,
      findingType: 'ExternalAccess',
      status: 'ACTIVE',
      createdAt: ago(2),
      analyzedAt: ago(0.1),
      updatedAt: ago(2),
    })
  }
}
