import { type Ask, found, type Handlers, list, named, text, texts } from '../answer.ts'
import type { Members } from '../read.ts'
import { AwsError } from '../write.ts'

/** GuardDuty, Security Hub, Inspector, Access Analyzer, and tags of everything. */
export const detectionHandlers: Handlers = {
  'guardduty:ListDetectors': list('DetectorIds', ({ region }) => region.detectors.map(({ id }) => id)),
  'guardduty:GetDetector': (ask) => ({ ...detectorOf(ask).detector }),
  'guardduty:DescribeOrganizationConfiguration': (ask) => {
    const { autoEnable } = detectorOf(ask)
    const { organization } = ask.world
    const isAdministrator = organization?.delegated.some(
      ({ account, service }) => account === ask.account.id && service === 'guardduty.amazonaws.com',
    )
    if (isAdministrator !== true) {
      throw new AwsError(
        'BadRequestException',
        'The request failed because the account is not a delegated administrator of GuardDuty.',
      )
    }
    return {
      AutoEnableOrganizationMembers: autoEnable,
      AutoEnable: autoEnable !== 'NONE',
      MemberAccountLimitReached: false,
    }
  },
  'guardduty:ListFindings': list('FindingIds', (ask) => {
    const { Criterion } = (ask.input.FindingCriteria ?? {}) as {
      Criterion?: Record<string, { GreaterThanOrEqual?: number; Gte?: number; Equals?: string[]; Eq?: string[] }>
    }
    const least = Criterion?.severity?.GreaterThanOrEqual ?? Criterion?.severity?.Gte ?? 0
    const archived = (Criterion?.['service.archived']?.Equals ?? Criterion?.['service.archived']?.Eq)?.[0]
    return detectorOf(ask)
      .findings.filter(
        ({ Severity, Service }) =>
          (Severity ?? 0) >= least && (archived === undefined || String(Service?.Archived ?? false) === archived),
      )
      .map(({ Id }) => Id)
  }),
  'guardduty:GetFindings': (ask) => ({
    Findings: named(detectorOf(ask).findings, texts(ask, 'FindingIds') ?? [], ({ Id }) => Id),
  }),
  'securityhub:DescribeHub': (ask) => {
    hubOf(ask)
    return {
      HubArn: `arn:${ask.world.partition}:securityhub:${ask.region.name}:${ask.account.id}:hub/default`,
      SubscribedAt: ask.account.joined.toISOString(),
      AutoEnableControls: true,
      ControlFindingGenerator: 'SECURITY_CONTROL',
    }
  },
  'securityhub:GetEnabledStandards': list('StandardsSubscriptions', (ask) => hubOf(ask).standards),
  'securityhub:GetFindings': list('Findings', (ask) =>
    hubOf(ask).findings.filter((finding) =>
      passesHub(finding as unknown as Members, ask.input.Filters as HubFilters | undefined),
    ),
  ),
  'inspector2:BatchGetAccountStatus': ({ account, region }) => ({
    accounts: [
      {
        accountId: account.id,
        state: stateOf(region.inspector.status),
        resourceState: {
          ec2: stateOf(region.inspector.status),
          ecr: stateOf(region.inspector.status),
          lambda: stateOf(region.inspector.status),
          lambdaCode: stateOf('DISABLED'),
        },
      },
    ],
    failedAccounts: [],
  }),
  'inspector2:ListCoverage': list('coveredResources', ({ region }) => region.inspector.coverage),
  'inspector2:ListFindings': list('findings', (ask) => {
    const { findingStatus } = (ask.input.filterCriteria ?? {}) as { findingStatus?: { value?: string }[] }
    const wanted = findingStatus?.map(({ value }) => value)
    return ask.region.inspector.findings.filter(({ status }) => wanted === undefined || wanted.includes(status))
  }),
  'access-analyzer:ListAnalyzers': list('analyzers', (ask) =>
    ask.region.analyzers
      .map(({ analyzer }) => analyzer)
      .filter(({ type }) => ask.input.type === undefined || ask.input.type === type),
  ),
  'access-analyzer:ListFindingsV2': list('findings', (ask) => {
    const { status } = (ask.input.filter ?? {}) as { status?: { eq?: string[] } }
    return found(
      ask.region.analyzers.find(({ analyzer }) => analyzer.arn === text(ask, 'analyzerArn')),
      'ResourceNotFoundException',
      'The analyzer',
    ).findings.filter((finding) => status?.eq?.includes(finding.status ?? '') !== false)
  }),
  'tagging:GetResources': list('ResourceTagMappingList', (ask) => {
    const kinds = texts(ask, 'ResourceTypeFilters')
    return taggedOf(ask).filter(
      ({ ResourceARN }) =>
        kinds === undefined ||
        kinds.some((kind) => {
          const [service = '', type] = kind.split(':')
          const parts = ResourceARN.split(':')
          return parts[2] === service && (type === undefined || parts.slice(5).join(':').startsWith(type))
        }),
    )
  }),
}

interface HubFilters {
  [field: string]: { Value?: string; Comparison?: string }[] | undefined
}

const HUB_FIELDS: Readonly<Record<string, (finding: Members) => unknown>> = {
  RecordState: ({ RecordState }) => RecordState,
  WorkflowStatus: ({ Workflow }) => (Workflow as Members | undefined)?.Status,
  ComplianceStatus: ({ Compliance }) => (Compliance as Members | undefined)?.Status,
  SeverityLabel: ({ Severity }) => (Severity as Members | undefined)?.Label,
  ProductName: ({ ProductName }) => ProductName,
  AwsAccountId: ({ AwsAccountId }) => AwsAccountId,
}

function passesHub(finding: Members, filters: HubFilters = {}): boolean {
  return Object.entries(filters).every(([field, values]) => {
    const read = HUB_FIELDS[field]
    return read === undefined || values === undefined || values.some(({ Value }) => read(finding) === Value)
  })
}

function hubOf({ account, region }: Ask) {
  const { securityHub } = region
  if (securityHub === undefined) {
    throw new AwsError('InvalidAccessException', `Account ${account.id} is not subscribed to AWS Security Hub`, 401)
  }
  return securityHub
}

function detectorOf(ask: Ask) {
  const detector = ask.region.detectors.find(({ id }) => id === text(ask, 'DetectorId'))
  if (detector === undefined) {
    throw new AwsError(
      'BadRequestException',
      'The request is rejected because the input detectorId is not owned by the current account.',
    )
  }
  return detector
}

const stateOf = (status: string) => ({ status, errorCode: 'ALREADY_ENABLED', errorMessage: '' })

/** Whatever in the region carries tags, and has an ARN. */
function taggedOf({ account, region }: Ask): { ResourceARN: string; Tags: { Key: string; Value: string }[] }[] {
  const rows = region.resources.flatMap(({ arn, tags }) =>
    arn === undefined
      ? []
      : [{ ResourceARN: arn, Tags: (tags ?? []).map(({ key, value }) => ({ Key: key, Value: value })) }],
  )
  return rows.filter(({ ResourceARN }) => ResourceARN.includes(account.id) || ResourceARN.startsWith('arn:aws:s3:::'))
}
