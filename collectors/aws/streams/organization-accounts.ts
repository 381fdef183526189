import { defineStream, z } from 'affiant/sdk'
import { listAccounts } from '../organization/permissions.ts'
import { list, pagesOf } from '../paging.ts'
import { ORGANIZATION, type Session } from '../session.ts'

export const OrganizationAccountRecord = z.strictObject({
  id: z.string(),
  name: z.string().nullable(),
  /** `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, `PENDING_ACTIVATION` or `CLOSED`. */
  state: z.string(),
  /** `INVITED` or `CREATED`. */
  joinedBy: z.string().nullable(),
  joined: z.string().nullable(),
  /** Why config leaves it out; `null`: it is read. */
  excluded: z.string().nullable(),
})
export type OrganizationAccountRecord = z.output<typeof OrganizationAccountRecord>

/** The addresses of accounts are left out. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
export const organizationAccounts = defineStream({
  id: 'aws.organization-accounts',
  version: 1,
  title: 'Every account of the organisation, with those that are not read',
  record: OrganizationAccountRecord,
  key: (record) => record.id,
  label: (record) => (record.name === null ? record.id : `${record.id} (${record.name})`),
  permissions: [listAccounts],
  appliesTo: [ORGANIZATION],
  reproduce: () => 'aws organizations list-accounts',
  async *collect(session: Session, scope) {
    const place = await session.in(scope)
    const reasons = new Map(session.config.excludedAccounts.map(({ id, reason }) => [id, reason]))
    yield* pagesOf(
      list(
        (NextToken) => place.call('organizations', 'ListAccounts', { NextToken }),
        (answer) => ({ items: answer.Accounts, next: answer.NextToken }),
      ),
      (items) =>
        items.map(({ Id: id, Name, State, Status, JoinedMethod, JoinedTimestamp }) => ({
          id,
          name: Name ?? null,
          state: State ?? Status,
          joinedBy: JoinedMethod ?? null,
          joined: JoinedTimestamp?.toISOString() ?? null,
          excluded: reasons.get(id ?? '') ?? null,
        })),
    )
  },
})
