import { InvalidError, type Reader, type Scope, UnavailableError, type ReadError, DeniedError } from 'affiant/sdk'
import { type OpenSession, roleIn } from './open.ts'
import { eachOf, listAll } from './paging.ts'
import { ACCOUNT, DOCUMENTS, HOME, ORGANIZATION, REGION, type AccountInfo } from './session.ts'

/** Accounts entered at the same time. */
const ENTERING = 16

interface Listed {
  id: string
  name?: string
  excluded?: string
}

/** A region of an account; `enabled` is false if the account has not opted in. */
interface RegionState {
  code: string
  enabled: boolean
}

/**
 * The organisation, then each account as a whole and by region. Nothing AWS lists is left out silently: accounts and regions
 * that are not read are listed with the reason, and one that refuses entry has the scopes it would have had, which then fail.
 */
export async function* listScopes(session: OpenSession, reader: Reader): AsyncIterable<Scope> {
  const { config, home } = session
  const title = `Organisation, seen from account ${home.account}`
  const organization: Scope = { id: `${home.account}/organization`, kind: ORGANIZATION, title }
  yield { id: `${home.account}/home`, kind: HOME, title: 'What is the same for every account' }
  const documents: Scope = { id: `${home.account}/documents`, kind: DOCUMENTS, title: 'Documents of AWS Artifact' }
  yield config.assuranceDocuments
    ? documents
    : { ...documents, excluded: 'the config does not say that the terms of the documents are accepted' }
  yield config.accounts === 'organization'
    ? organization
    : { ...organization, excluded: 'the config reads single accounts, not an organisation' }

  const listed = await accountsOf(session)
  const included = listed.filter(({ excluded }) => excluded === undefined)
  const known = await eachOf(included, ENTERING, (account) => enter(session, reader, account.id))
  const own = known.find((states) => states !== undefined) ?? []
  for (const { id, name, excluded } of listed) {
    const whole = { id: `${id}/global`, kind: ACCOUNT, title: named(id, name) }
    if (excluded !== undefined) {
      yield { ...whole, excluded }
      continue
    }
    const place = included.findIndex((account) => account.id === id)
    const scopes = regionScopes(session, id, name, known[place] ?? own)
    const role = roleIn(config, id, home.account)
    const info: AccountInfo = {
      id,
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      regions: scopes.filter((scope) => scope.excluded === undefined).map((scope) => scope.id.slice(id.length + 1)),
    }
    session.accounts.set(id, info)
    yield whole
    yield* scopes
  }
}

const named = (id: string, name: string | undefined) =>
  name === undefined ? `Account ${id}` : `Account ${id}, ${name}`

async function accountsOf(session: OpenSession): Promise<Listed[]> {
  const { config, home } = session
  if (config.accounts === undefined) return [{ id: home.account }]
  if (config.accounts !== 'organization') return [...new Set(config.accounts)].map((id) => ({ id }))
  const at = await session.at(home.account, home.region)
  const accounts = await listAll(
    (NextToken) => at.call('organizations', 'ListAccounts', { NextToken }),
    (answer) => ({ items: answer.Accounts, next: answer.NextToken }),
  )
  const reasons = new Map(config.excludedAccounts.map(({ id, reason }) => [id, reason]))
  const ids = accounts.flatMap(({ Id }) => Id ?? [])
  const unknown = [...reasons.keys()].filter((id) => !ids.includes(id))
  if (unknown.length > 0) {
    throw new InvalidError(
      `excludedAccounts names ${unknown.join(', ')}, which the organisation does not have; correct the config`,
    )
  }
  return accounts
    .flatMap(({ Id: id, Name: name, Status, State }) => {
      if (id === undefined) return []
      const state = State ?? Status ?? 'ACTIVE'
      const excluded = reasons.get(id) ?? (state === 'ACTIVE' ? undefined : `the account is ${state}`)
      return [{ id, ...(name !== undefined && { name }), ...(excluded !== undefined && { excluded }) }]
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Proves that the account lets us in, and asks for its regions; a refusal is remembered for its plan items. */
async function enter(session: OpenSession, reader: Reader, id: string): Promise<RegionState[] | undefined> {
  let failure: unknown
  const found = await reader.observe(`account ${id}`, async () => {
    try {
      await session.enter(id)
      return await regionsOf(session, id)
    } catch (error) {
      failure = error
      throw error
    }
  })
  if (found.state === 'observed') return found.value
  session.refused.set(id, refusalOf(failure, session, id))
  return undefined
}

function refusalOf(error: unknown, { config, home }: OpenSession, id: string): ReadError {
  if (error instanceof DeniedError) {
    const role = roleIn(config, id, home.account)
    return new DeniedError(`account ${id} could not be entered: ${error.message}`, {
      permission: role === undefined ? (error.permission ?? 'account:ListRegions') : `sts:AssumeRole on ${role}`,
    })
  }
  return error instanceof Error && 'reason' in error
    ? (error as ReadError)
    : new UnavailableError(`account ${id} could not be entered`)
}

/** https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html */
async function regionsOf(session: OpenSession, id: string): Promise<RegionState[]> {
  const at = await session.at(id, session.home.region)
  const regions = await listAll(
    (NextToken) => at.call('account', 'ListRegions', { MaxResults: 50, NextToken }),
    (answer) => ({ items: answer.Regions, next: answer.NextToken }),
  )
  return regions
    .flatMap(({ RegionName: code, RegionOptStatus: status }) =>
      code === undefined ? [] : [{ code, enabled: status === 'ENABLED' || status === 'ENABLED_BY_DEFAULT' }],
    )
    .sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** @throws InvalidError for a configured region that AWS does not have */
function regionScopes(
  { config }: OpenSession,
  id: string,
  name: string | undefined,
  states: readonly RegionState[],
): Scope[] {
  const { regions, excludedRegions } = config
  const asked = [...(regions ?? []), ...excludedRegions.map(({ code }) => code)]
  const unknown = asked.filter((code) => states.length > 0 && !states.some((state) => state.code === code))
  if (unknown.length > 0) {
    throw new InvalidError(
      `the config names the region ${unknown.join(', ')}, which account ${id} does not have; correct the config`,
    )
  }
  const all = states.length > 0 ? states : (regions ?? []).map((code) => ({ code, enabled: true }))
  return all.map(({ code, enabled }) => {
    const reason =
      excludedRegions.find((one) => one.code === code)?.reason ??
      (enabled ? undefined : 'region not enabled') ??
      (regions === undefined || regions.includes(code) ? undefined : 'not among the regions of the config')
    const title = `${named(id, name)}, ${code}`
    return { id: `${id}/${code}`, kind: REGION, title, ...(reason !== undefined && { excluded: reason }) }
  })
}
