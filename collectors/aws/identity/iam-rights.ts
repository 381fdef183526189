import type { Dataset } from 'affiant/sdk'
import type { Rights } from './iam-analysis.ts'
import type { PolicyStatement } from './iam-policy.ts'
import type { AuthorizationRecord, GroupRecord, RoleRecord, UserRecord } from '../streams/iam-authorization-details.ts'

export type Holder = AuthorizationRecord

/** What the managed policies and groups of every scope allow. */
export interface Policies {
  /** Statements of a managed policy, by scope and ARN. */
  managed: ReadonlyMap<string, readonly PolicyStatement[]>
  /** Groups by scope and name. */
  groups: ReadonlyMap<string, GroupRecord>
}

const at = (scope: string, name: string) => `${scope} ${name}`

export async function policiesOf(identities: Dataset<AuthorizationRecord>): Promise<Policies> {
  const managed = new Map<string, readonly PolicyStatement[]>()
  const groups = new Map<string, GroupRecord>()
  for await (const { record, scope } of identities.items()) {
    if (record.kind === 'group') groups.set(at(scope, record.name), record)
    if (record.kind === 'policy') managed.set(at(scope, record.arn), statementsLikely(record.statements))
  }
  return { managed, groups }
}

/** Allowing statements that only read matter to nobody here; leaving them out keeps a large organisation in memory. */
function statementsLikely(statements: readonly PolicyStatement[]): readonly PolicyStatement[] {
  return statements.filter(({ effect, actions, notActions }) => {
    if (effect === 'Deny' || notActions.length > 0) return true
    return actions.some(
      (action) => !/^[\w-]+:(?:Get|List|Describe|View|BatchGet|Search|Lookup|Check|Validate)/i.test(action),
    )
  })
}

/** A policy of AWS that allows everything, also where its document is not listed. */
export const isAdministratorAccess = (arn: string) => /^arn:[^:]*:iam::aws:policy\/AdministratorAccess$/.test(arn)

export interface KnownRights extends Rights {
  /** ARNs of policies that are attached, and that AWS did not list: what they allow or deny is not known. */
  missing: readonly string[]
}

/** What a user or role may do, by its own policies and those of its groups. */
export function rightsOf(record: UserRecord | RoleRecord, scope: string, { managed, groups }: Policies): KnownRights {
  const groupNames = record.kind === 'user' ? record.groups : []
  const memberOf = groupNames.flatMap((name) => groups.get(at(scope, name)) ?? [])
  const holders = [record, ...memberOf]
  const attached = holders.flatMap((holder) => holder.attached)
  const known = (arn: string) => managed.get(at(scope, arn)) ?? (isAdministratorAccess(arn) ? EVERYTHING : undefined)
  const statements = [
    ...attached.flatMap((arn) => known(arn) ?? []),
    ...holders.flatMap(({ inline }) => inline.flatMap((policy) => policy.statements)),
  ]
  const { boundary } = record
  const missing = [
    ...[...attached, ...(boundary === null ? [] : [boundary])].filter((arn) => known(arn) === undefined),
    ...groupNames.filter((name) => !groups.has(at(scope, name))).map((name) => `group ${name}`),
  ]
  return { statements, missing, ...(boundary !== null && { boundary: known(boundary) }) }
}

const EVERYTHING: readonly PolicyStatement[] = [
  {
    effect: 'Allow',
    actions: ['*'],
    notActions: [],
    resources: ['*'],
    notResources: [],
    principals: null,
    notPrincipals: null,
    conditions: [],
  },
]
