import { noLabels } from '../data/labels.ts'
import type { InstanceRecord } from '../streams/ec2-instances.ts'
import type { LaunchTemplateRecord } from '../streams/launch-templates.ts'
import type { NetworkAclEntry, NetworkAclRecord } from '../streams/network-acls.ts'
import type { NetworkInterfaceRecord } from '../streams/network-interfaces.ts'
import type { SecurityGroupRecord, SecurityGroupRule } from '../streams/security-groups.ts'
import type { SubnetRecord } from '../streams/subnets.ts'

/** Records for the examples of checks about machines and networks, of an invented account, changed by `parts`. */
export const exampleSecurityGroup = (parts: Partial<SecurityGroupRecord> = {}): SecurityGroupRecord => ({
  id: 'sg-0a1',
  name: 'web',
  vpc: 'vpc-0a1',
  ingress: [],
  egress: [],
  ...parts,
})

export const openTo = (source: string, port: number, protocol = 'tcp'): SecurityGroupRule => ({
  protocol,
  from: port,
  to: port,
  sources: [source],
})

export const exampleInterface = (parts: Partial<NetworkInterfaceRecord> = {}): NetworkInterfaceRecord => ({
  id: 'eni-0a1',
  type: 'interface',
  groups: ['sg-0a1'],
  publicAddress: false,
  ipv6: false,
  subnet: 'subnet-0a1',
  instance: 'i-0a1',
  status: 'in-use',
  ...parts,
})

export const exampleInstance = (parts: Partial<InstanceRecord> = {}): InstanceRecord => ({
  id: 'i-0a1',
  name: 'web-1',
  state: 'running',
  image: 'ami-0a1',
  platform: 'Linux/UNIX',
  launched: '2025-11-01T09:00:00.000Z',
  metadata: { endpoint: 'enabled', tokens: 'required', hops: 1 },
  publicAddress: false,
  vpc: 'vpc-0a1',
  subnet: 'subnet-0a1',
  groups: ['sg-0a1'],
  profile: null,
  labels: noLabels,
  ...parts,
})

export const exampleTemplate = (parts: Partial<LaunchTemplateRecord> = {}): LaunchTemplateRecord => ({
  id: 'lt-0a1',
  name: 'web',
  version: 3,
  created: '2025-11-01T09:00:00.000Z',
  metadata: { endpoint: 'enabled', tokens: 'required', hops: 1 },
  ...parts,
})

export const exampleAcl = (entries: NetworkAclEntry[], parts: Partial<NetworkAclRecord> = {}): NetworkAclRecord => ({
  id: 'acl-0a1',
  vpc: 'vpc-0a1',
  isDefault: false,
  subnets: 2,
  entries,
  ...parts,
})

export const aclEntry = (parts: Partial<NetworkAclEntry> = {}): NetworkAclEntry => ({
  number: 100,
  egress: false,
  action: 'allow',
  protocol: '6',
  source: '0.0.0.0/0',
  from: 443,
  to: 443,
  ...parts,
})

export const exampleSubnet = (parts: Partial<SubnetRecord> = {}): SubnetRecord => ({
  id: 'subnet-0a1',
  vpc: 'vpc-0a1',
  zone: 'eu-west-1a',
  internetGateway: null,
  assignsPublicAddress: false,
  ...parts,
})
