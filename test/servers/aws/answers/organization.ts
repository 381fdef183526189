import { type Ask, found, type Handler, type Handlers, list, text } from '../answer.ts'
import type { Members } from '../read.ts'
import { DOCUMENTS } from '../server.ts'
import type { Account, IdentityCenter, Organization, World } from '../world.ts'
import { AwsError } from '../write.ts'

/** STS without `AssumeRole` (see `principals.ts`), Account, Organizations, Identity Center and Artifact. */
export const organizationHandlers: Handlers = {
  'sts:GetCallerIdentity': ({ account, arn }) => ({
    Account: account.id,
    Arn: arn,
    UserId: arn.includes(':assumed-role/')
      ? `AROAEXAMPLE${account.id}:${arn.split('/').at(-1) ?? ''}`
      : `AIDAEXAMPLE${account.id}`,
  }),
  'account:ListRegions': list('Regions', (ask) => {
    const wanted = ask.input.RegionOptStatusContains as string[] | undefined
    return regionsOf(ask.world, ofAccount(ask)).filter(
      ({ RegionOptStatus }) => wanted === undefined || wanted.includes(RegionOptStatus),
    )
  }),
  'account:GetAlternateContact': (ask) => {
    const type = text(ask, 'AlternateContactType')
    const contact = ofAccount(ask).contacts.find(({ AlternateContactType }) => AlternateContactType === type)
    return { AlternateContact: found(contact, 'ResourceNotFoundException', `No contact of type ${type}`) }
  },
  'account:GetContactInformation': (ask) => ({
    ContactInformation: {
      FullName: 'Acme (demo data)',
      AddressLine1: '1 Example Way',
      City: 'Exampleton',
      CountryCode: 'IE',
      PostalCode: 'X00',
      PhoneNumber: '+15550100',
      CompanyName: ofAccount(ask).name,
    },
  }),
  'organizations:DescribeOrganization': ({ world }) => {
    const { id, management, allFeatures } = organizationOf(world)
    return {
      Organization: {
        Id: id,
        Arn: arnIn(world, 'organization', id),
        FeatureSet: allFeatures ? 'ALL' : 'CONSOLIDATED_BILLING',
        MasterAccountId: management,
        MasterAccountArn: arnIn(world, 'account', `${id}/${management}`),
        MasterAccountEmail: world.accounts.get(management)?.email,
        AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    }
  },
  'organizations:ListAccounts': central(
    list('Accounts', ({ world }) => [...world.accounts.values()].map((one) => accountOf(world, one))),
  ),
  'organizations:DescribeAccount': central((ask) => ({
    Account: accountOf(
      ask.world,
      found(ask.world.accounts.get(text(ask, 'AccountId')), 'AccountNotFoundException', 'The account', 400),
    ),
  })),
  'organizations:ListRoots': central(
    list('Roots', ({ world }) => [
      {
        Id: organizationOf(world).rootId,
        Arn: arnIn(world, 'root', `${organizationOf(world).id}/${organizationOf(world).rootId}`),
        Name: 'Root',
        PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    ]),
  ),
  'organizations:ListOrganizationalUnitsForParent': central(
    list('OrganizationalUnits', (ask) =>
      organizationOf(ask.world)
        .units.filter(({ parent }) => parent === text(ask, 'ParentId'))
        .map(({ id, name }) => ({
          Id: id,
          Name: name,
          Arn: arnIn(ask.world, 'ou', `${organizationOf(ask.world).id}/${id}`),
        })),
    ),
  ),
  'organizations:ListAccountsForParent': central(
    list('Accounts', ({ world, input }) =>
      [...world.accounts.values()]
        .filter(({ id }) => parentOf(organizationOf(world), id) === input.ParentId)
        .map((one) => accountOf(world, one)),
    ),
  ),
  'organizations:ListParents': central(
    list('Parents', (ask) => {
      const organization = organizationOf(ask.world)
      const child = text(ask, 'ChildId')
      const unit = organization.units.find(({ id }) => id === child)
      const parent = unit?.parent ?? parentOf(organization, child)
      return [{ Id: parent, Type: parent === organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }]
    }),
  ),
  'organizations:ListChildren': central(
    list('Children', (ask) => {
      const organization = organizationOf(ask.world)
      const parent = text(ask, 'ParentId')
      return text(ask, 'ChildType') === 'ACCOUNT'
        ? [...ask.world.accounts.keys()]
            .filter((id) => parentOf(organization, id) === parent)
            .map((Id) => ({ Id, Type: 'ACCOUNT' }))
        : organization.units
            .filter((unit) => unit.parent === parent)
            .map(({ id }) => ({ Id: id, Type: 'ORGANIZATIONAL_UNIT' }))
    }),
  ),
  'organizations:ListPolicies': central(list('Policies', (ask) => scpsOf(ask).map(({ summary }) => summary))),
  'organizations:DescribePolicy': central((ask) => {
    const scp = found(scpOf(ask), 'PolicyNotFoundException', 'The policy', 400)
    return { Policy: { PolicySummary: scp.summary, Content: JSON.stringify(scp.content) } }
  }),
  'organizations:ListTargetsForPolicy': central(
    list('Targets', (ask) => {
      const { rootId, units } = organizationOf(ask.world)
      return found(scpOf(ask), 'PolicyNotFoundException', 'The policy', 400).targets.map((id) => ({
        TargetId: id,
        Name: units.find((unit) => unit.id === id)?.name ?? ask.world.accounts.get(id)?.name ?? 'Root',
        Type: id === rootId ? 'ROOT' : id.startsWith('ou-') ? 'ORGANIZATIONAL_UNIT' : 'ACCOUNT',
      }))
    }),
  ),
  'organizations:ListPoliciesForTarget': central(
    list('Policies', (ask) =>
      scpsOf(ask)
        .filter(({ targets }) => targets.includes(text(ask, 'TargetId')))
        .map(({ summary }) => summary),
    ),
  ),
  'organizations:ListDelegatedAdministrators': central(
    list('DelegatedAdministrators', (ask) =>
      organizationOf(ask.world)
        .delegated.filter(
          ({ service }) => ask.input.ServicePrincipal === undefined || ask.input.ServicePrincipal === service,
        )
        .flatMap(({ account }) => {
          const one = ask.world.accounts.get(account)
          return one ? [{ ...accountOf(ask.world, one), DelegationEnabledDate: one.joined }] : []
        }),
    ),
  ),
  'organizations:ListTagsForResource': central(
    list('Tags', (ask) =>
      Object.entries(ask.world.accounts.get(text(ask, 'ResourceId'))?.tags ?? {}).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    ),
  ),
  'sso:ListInstances': list('Instances', ({ world, account, region }) => {
    const center = world.identityCenter
    if (center === undefined || center.region !== region.name) return []
    const isThere = center.account === account.id || world.organization?.management === account.id
    return isThere
      ? [
          {
            InstanceArn: center.instanceArn,
            IdentityStoreId: center.storeId,
            OwnerAccountId: center.account,
            Status: 'ACTIVE',
            Name: 'people',
            CreatedDate: world.accounts.get(center.account)?.joined,
          },
        ]
      : []
  }),
  'sso:ListPermissionSets': list('PermissionSets', (ask) =>
    centerOf(ask).permissionSets.map(({ set }) => set.PermissionSetArn),
  ),
  'sso:DescribePermissionSet': (ask) => ({ PermissionSet: setOf(ask).set }),
  'sso:ListManagedPoliciesInPermissionSet': list('AttachedManagedPolicies', (ask) =>
    setOf(ask).managed.map((name) => ({ Name: name, Arn: `arn:${ask.world.partition}:iam::aws:policy/${name}` })),
  ),
  'sso:ListCustomerManagedPolicyReferencesInPermissionSet': list('CustomerManagedPolicyReferences', () => []),
  'sso:GetInlinePolicyForPermissionSet': (ask) => {
    const { inline } = setOf(ask)
    return { InlinePolicy: inline === undefined ? '' : JSON.stringify(inline) }
  },
  'sso:ListAccountsForProvisionedPermissionSet': list('AccountIds', (ask) => [
    ...new Set(
      centerOf(ask)
        .assignments.filter(({ set }) => set === text(ask, 'PermissionSetArn'))
        .map(({ account }) => account),
    ),
  ]),
  'sso:ListPermissionSetsProvisionedToAccount': list('PermissionSets', (ask) => [
    ...new Set(
      centerOf(ask)
        .assignments.filter(({ account }) => account === text(ask, 'AccountId'))
        .map(({ set }) => set),
    ),
  ]),
  'sso:ListAccountAssignments': list('AccountAssignments', (ask) =>
    centerOf(ask)
      .assignments.filter(
        ({ set, account }) => set === text(ask, 'PermissionSetArn') && account === text(ask, 'AccountId'),
      )
      .map(({ account, set, principal, type }) => ({
        AccountId: account,
        PermissionSetArn: set,
        PrincipalId: principal,
        PrincipalType: type,
      })),
  ),
  'sso:ListAccountAssignmentsForPrincipal': list('AccountAssignments', (ask) =>
    centerOf(ask)
      .assignments.filter(({ principal }) => principal === text(ask, 'PrincipalId'))
      .map(({ account, set, principal, type }) => ({
        AccountId: account,
        PermissionSetArn: set,
        PrincipalId: principal,
        PrincipalType: type,
      })),
  ),
  'identitystore:ListUsers': list('Users', (ask) => centerOf(ask).users),
  'identitystore:DescribeUser': (ask) => ({
    ...found(
      centerOf(ask).users.find(({ UserId }) => UserId === text(ask, 'UserId')),
      'ResourceNotFoundException',
      'The user',
      400,
    ),
  }),
  'identitystore:ListGroups': list('Groups', (ask) =>
    centerOf(ask).groups.map(({ id, name }) => ({
      GroupId: id,
      DisplayName: name,
      IdentityStoreId: centerOf(ask).storeId,
    })),
  ),
  'identitystore:ListGroupMemberships': list('GroupMemberships', (ask) =>
    (centerOf(ask).groups.find(({ id }) => id === text(ask, 'GroupId'))?.members ?? []).map((member) => ({
      IdentityStoreId: centerOf(ask).storeId,
      MembershipId: `m-${member}`,
      GroupId: text(ask, 'GroupId'),
      MemberId: { UserId: member },
    })),
  ),
  'artifact:ListReports': list('reports', ({ world }) => world.reports.map((one) => reportOf(world, one))),
  'artifact:GetTermForReport': (ask) => {
    const { id } = namedReport(ask)
    ask.memory.set(`terms of ${id}`, ask.now)
    return { documentPresignedUrl: signedAddress(ask, 'terms'), termToken: `term-token-${id}` }
  },
  'artifact:GetReport': (ask) => {
    const { id, version } = namedReport(ask)
    if (!ask.memory.has(`terms of ${id}`) || text(ask, 'termToken') !== `term-token-${id}`)
      throw new AwsError('ValidationException', 'The term token is not valid.', 400)
    return { documentPresignedUrl: signedAddress(ask, `${id}/${version}`) }
  },
  'artifact:GetReportMetadata': (ask) => {
    const report = namedReport(ask)
    return {
      reportDetails: {
        ...reportOf(ask.world, report),
        createdAt: report.from,
        lastModifiedAt: report.from,
        sequenceNumber: 1,
      },
    }
  },
}

/** What only the management account and delegated administrators may ask. */
function central(handler: Handler): Handler {
  return (ask) => {
    const { management, delegated } = organizationOf(ask.world)
    if (ask.account.id === management || delegated.some(({ account }) => account === ask.account.id))
      return handler(ask)
    throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.", 400)
  }
}

function organizationOf({ organization }: World): Organization {
  return found(
    organization,
    'AWSOrganizationsNotInUseException',
    'Your account is not a member of an organization: it',
    400,
  )
}

function parentOf({ units, rootId }: Organization, account: string): string {
  return units.find(({ accounts }) => accounts.includes(account))?.id ?? rootId
}

const scpsOf = ({ world, input }: Ask) =>
  input.Filter === 'SERVICE_CONTROL_POLICY' || input.Filter === undefined ? organizationOf(world).scps : []
const scpOf = (ask: Ask) => organizationOf(ask.world).scps.find(({ summary }) => summary.Id === text(ask, 'PolicyId'))

/** Account asks about itself, or, from the management account, about a member. */
function ofAccount(ask: Ask): Account {
  const asked = text(ask, 'AccountId')
  if (asked === '') return ask.account
  const account = ask.world.accounts.get(asked)
  if (ask.world.organization?.management !== ask.account.id || account === undefined) {
    throw new AwsError('AccessDeniedException', `${ask.arn} may not ask about ${asked}.`, 403)
  }
  return account
}

export function regionsOf({ regions }: World, { optedIn }: Account) {
  return regions.map(({ name, optIn }) => ({
    RegionName: name,
    RegionOptStatus: optIn ? (optedIn.includes(name) ? 'ENABLED' : 'DISABLED') : 'ENABLED_BY_DEFAULT',
  }))
}

function arnIn({ partition, organization }: World, kind: string, rest: string): string {
  return `arn:${partition}:organizations::${organization?.management ?? ''}:${kind}/${rest}`
}

function accountOf(world: World, { id, name, email, status, joined }: Account): Members {
  return {
    Id: id,
    Arn: arnIn(world, 'account', `${world.organization?.id ?? ''}/${id}`),
    Email: email,
    Name: name,
    Status: status,
    JoinedMethod: 'CREATED',
    JoinedTimestamp: joined,
  }
}

function centerOf({ world, input, region }: Ask): IdentityCenter {
  const { identityCenter } = world
  const isIt =
    identityCenter !== undefined &&
    identityCenter.region === region.name &&
    (input.InstanceArn === undefined || input.InstanceArn === identityCenter.instanceArn) &&
    (input.IdentityStoreId === undefined || input.IdentityStoreId === identityCenter.storeId)
  return found(isIt ? identityCenter : undefined, 'ResourceNotFoundException', 'The instance', 400)
}

function setOf(ask: Ask) {
  return found(
    centerOf(ask).permissionSets.find(({ set }) => set.PermissionSetArn === text(ask, 'PermissionSetArn')),
    'ResourceNotFoundException',
    'The permission set',
    400,
  )
}

function namedReport(ask: Ask): World['reports'][number] {
  const report = ask.world.reports.find(({ id }) => id === text(ask, 'reportId'))
  return found(report, 'ResourceNotFoundException', 'The report')
}

const signedAddress = ({ origin = 'http://127.0.0.1' }: Ask, path: string) =>
  `${origin}${DOCUMENTS}${path}?X-Amz-Expires=60&X-Amz-Signature=5a1e0fa11e5a1e0fa11e`

function reportOf(
  { partition }: World,
  { id, name, series, category, description, version, from, to }: World['reports'][number],
): Members {
  return {
    id,
    name,
    series,
    category,
    description,
    version,
    periodStart: from,
    periodEnd: to,
    state: 'PUBLISHED',
    uploadState: 'COMPLETE',
    acceptanceType: 'EXPLICIT',
    companyName: 'AWS',
    productName: '',
    arn: `arn:${partition}:artifact:us-east-1::report/${id}:${version}`,
  }
}
