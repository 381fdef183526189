import { emptyRegion, type Region } from './world.ts'

/** What runs in a region, and what exists for it only. */
const WORKLOAD = [
  'backupJobs',
  'backupPlans',
  'certificates',
  'clusterSnapshots',
  'clusters',
  'copyJobs',
  'databaseSnapshots',
  'databases',
  'functions',
  'images',
  'instances',
  'kubernetes',
  'launchTemplates',
  'loadBalancers',
  'managedInstances',
  'networkInterfaces',
  'patchStates',
  'protectedResources',
  'repositories',
  'restoreJobs',
  'restoreTestingPlans',
  'secrets',
  'snapshots',
  'vaults',
  'volumes',
] as const satisfies readonly (keyof Region)[]

const DEFAULT_CLOSED = 'vpc-default-security-group-closed'

/** A region in which nothing runs: its network, its keys and what watches over it stay. */
export function withoutWorkload(region: Region): Region {
  const empty = emptyRegion(region.name)
  const { logGroups, detectors, securityHub, inspector, resources, configRules, conformancePacks } = region
  return {
    ...region,
    ...Object.fromEntries(WORKLOAD.map((kind) => [kind, empty[kind]])),
    logGroups: logGroups.filter(({ logGroupName }) => logGroupName?.startsWith('/aws/lambda/') === false),
    detectors: detectors.map((one) => ({ ...one, findings: [] })),
    ...(securityHub && { securityHub: { ...securityHub, findings: [] } }),
    inspector: { ...inspector, coverage: [], findings: [] },
    resources: resources.filter(({ resourceType }) => resourceType.startsWith('AWS::EC2::VPC')),
    configRules: configRules.slice(0, 1).map((rule) => onDefaultGroup(rule, region)),
    conformancePacks: conformancePacks.map((pack) => ({ ...pack, rules: [DEFAULT_CLOSED] })),
  }
}

/** A rule about the one thing that every network has. */
function onDefaultGroup({ rule, results }: Region['configRules'][number], { securityGroups }: Region) {
  const qualifier = {
    ConfigRuleName: DEFAULT_CLOSED,
    ResourceType: 'AWS::EC2::SecurityGroup',
    ResourceId: securityGroups.find(({ GroupName }) => GroupName === 'default')?.GroupId,
  }
  return {
    rule: {
      ...rule,
      ConfigRuleName: DEFAULT_CLOSED,
      Source: { Owner: 'AWS' as const, SourceIdentifier: 'VPC_DEFAULT_SECURITY_GROUP_CLOSED' },
    },
    results: results.map((result) => ({
      ...result,
      EvaluationResultIdentifier: { ...result.EvaluationResultIdentifier, EvaluationResultQualifier: qualifier },
    })),
  }
}

/** The same with other names, wherever they stand as a word in a text: what runs in one place is not what runs in another. */
export function renamed<T>(value: T, names: Readonly<Record<string, string>>): T {
  const word = new RegExp(`\\b(?:${Object.keys(names).join('|')})\\b`, 'g')
  const rename = (one: unknown): unknown => {
    if (typeof one === 'string') return one.replace(word, (name) => names[name] ?? name)
    if (Array.isArray(one)) return one.map(rename)
    if (one === null || typeof one !== 'object' || one instanceof Date) return one
    return Object.fromEntries(Object.entries(one).map(([key, held]) => [key, rename(held)]))
  }
  return rename(value) as T
}
