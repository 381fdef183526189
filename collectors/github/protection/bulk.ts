import { DeniedError, InvalidError, type Observed, type Page, type Reader, UnlicensedError } from 'affiant/sdk'
import { countOrNote, type ListedRepository, notRead } from '../listing.ts'
import { hasSameRightsIn, listed, readRepository, repositoryNodes, withFailures } from '../nodes.ts'
import type { BranchRule, ClassicProtection, Ruleset } from './model.ts'
import { type GraphqlProtection, type GraphqlRuleset, ProtectedNode, protectionIn } from './graphql.ts'
import { classicOf, readProtection, type ReadRuleset, type RestProtection, rulesetReader } from './rest.ts'
import { agree, createSample, SAMPLE_SIZE } from '../sample.ts'
import type { Organization } from '../session.ts'
import { type BranchProtectionRecord, protectionRecord } from './record.ts'

/** What a `null` of GraphQL in place of a classic rule stands for, once REST was asked about one repository. */
type Absence = 'absent' | 'ask-each' | Extract<Observed<unknown>, { state: 'unknown' }>

interface Reading {
  at: Organization
  reader: Reader
  readRuleset: ReadRuleset
  /** What REST says of one repository of each kind that has no classic rule by GraphQL. */
  probes: Map<string, Promise<RestProtection>>
  /** What REST says of one ruleset of each kind in which GraphQL names nobody. */
  shown: Map<string, Promise<Ruleset['read']>>
  sample: ReturnType<typeof createSample<Sampled>>
}

interface Sampled {
  repository: ListedRepository
  said: GraphqlProtection
}

/**
 * The protection of every default branch by GraphQL, a hundred repositories a request; REST says what GraphQL leaves open, and
 * says it again of a few.
 */
export async function* bulkProtection(at: Organization, reader: Reader): AsyncIterable<Omit<Page, 'number'>> {
  const reading: Reading = {
    at,
    reader,
    readRuleset: rulesetReader(at),
    probes: new Map(),
    shown: new Map(),
    sample: createSample(SAMPLE_SIZE),
  }
  let counted: number | undefined
  let isFirst = true
  for await (const page of repositoryNodes(at, reader, 'protection', ProtectedNode)) {
    if (isFirst) counted = await countOrNote(at, reader)
    isFirst = false
    const records = await Promise.all(
      withFailures(page).map(({ item, failure }) =>
        failure === undefined ? recordOf(item, reading) : byRest(listed(item), reading),
      ),
    )
    if (page.last) await Promise.all(reading.sample.values().map((one) => compareWithRest(one, reading)))
    const total = counted ?? page.total
    yield { records, cursor: page.cursor, last: page.last, ...(total !== undefined && { total }) }
  }
}

async function recordOf(node: ProtectedNode, reading: Reading): Promise<BranchProtectionRecord> {
  const { at } = reading
  const repository = listed(node)
  const skipped = notRead(repository, at)
  if (skipped === 'archived' || skipped === 'excluded') return protectionRecord(repository, at)
  if (skipped === 'no-branch' && node.isEmpty) return { ...protectionRecord(repository, at), empty: true }
  const said = protectionIn(node)
  if (said === undefined) return byRest(repository, reading)
  if (said.classic === null) return withoutClassic(node, said, reading)
  return recordFrom(repository, said, { state: 'observed', value: said.classic }, reading)
}

/**
 * GraphQL gives `null` for a classic rule that is not there and for one it does not show. Of one repository of each kind REST
 * is asked which it is; where rights may differ from one to the next, of each.
 */
async function withoutClassic(
  node: ProtectedNode,
  said: GraphqlProtection,
  reading: Reading,
): Promise<BranchProtectionRecord> {
  const { at, probes, reader } = reading
  const repository = listed(node)
  if (!hasSameRightsIn(at, node)) return byRest(repository, reading)
  const kind = node.isPrivate ? 'private' : 'public'
  const known = probes.get(kind)
  if (known === undefined) {
    const probe = readProtection(at, repository, said.branch, reader)
    probes.set(kind, probe)
    return fromRest(repository, await probe, reading)
  }
  const absence = absenceIn(await known)
  if (absence === 'ask-each') return byRest(repository, reading)
  if (absence === 'absent') return recordFrom(repository, said, { state: 'absent' }, reading)
  const classic = await reader.observe<ClassicProtection>(classicOf(repository), async () => {
    throw refusalLike(absence)
  })
  return recordFrom(repository, said, classic, reading)
}

function absenceIn({ classic }: RestProtection): Absence {
  if (classic.state === 'absent') return 'absent'
  const isRefused = classic.state === 'unknown' && (classic.reason === 'denied' || classic.reason === 'unlicensed')
  return isRefused ? classic : 'ask-each'
}

function refusalLike({ reason, permission }: Extract<Observed<unknown>, { state: 'unknown' }>) {
  const options = permission === undefined ? {} : { permission }
  return reason === 'unlicensed'
    ? new UnlicensedError('the GitHub plan does not include this feature for private repositories', options)
    : new DeniedError('GitHub refuses the classic branch protection of repositories of this kind', options)
}

async function recordFrom(
  repository: ListedRepository,
  said: GraphqlProtection,
  classic: Observed<ClassicProtection>,
  reading: Reading,
): Promise<BranchProtectionRecord> {
  if (classic.state !== 'unknown') reading.sample.offer(repository.full_name, { repository, said })
  const rules: Observed<BranchRule[]> =
    // Where the plan has no protection, GraphQL says that there are no rules.
    classic.state === 'unknown' && classic.reason === 'unlicensed' ? classic : { state: 'observed', value: said.rules }
  return {
    ...protectionRecord(repository, reading.at),
    classic,
    rules,
    rulesets: await rulesetsOf(repository, said, reading),
  }
}

async function rulesetsOf(
  repository: ListedRepository,
  { rules, rulesets }: Pick<GraphqlProtection, 'rules' | 'rulesets'>,
  reading: Reading,
): Promise<Ruleset[]> {
  const ids = [...new Set(rules.flatMap(({ rulesetId }) => rulesetId ?? []))].sort((a, b) => a - b)
  return Promise.all(
    ids.map(async (id): Promise<Ruleset> => {
      const said = rulesets.get(id)
      const read = () => reading.readRuleset(repository, id)
      const observe = () => reading.reader.observe(`${repository.full_name}: ruleset ${id}`, read)
      if (said === undefined) return { id, read: await observe() }
      if (said.bypassActors?.length !== 0) return { id, read: { state: 'observed', value: said } }
      return { id, read: await withoutActors(said, observe, reading) }
    }),
  )
}

/**
 * That GraphQL names nobody who may bypass a ruleset may mean that it does not show them. REST tells the two apart: it leaves
 * the list out where it is hidden. Asked of one ruleset of each kind, where rights are the same for all.
 */
async function withoutActors(
  said: GraphqlRuleset,
  observe: () => Promise<Ruleset['read']>,
  { at, shown }: Reading,
): Promise<Ruleset['read']> {
  if (at.standing.kind !== 'owner' && at.standing.kind !== 'app') return observe()
  const known = shown.get(said.sourceType)
  if (known === undefined) {
    const probe = observe()
    shown.set(said.sourceType, probe)
    return probe
  }
  const one = await known
  const isShown = one.state === 'observed' && one.value.bypassActors !== null
  return { state: 'observed', value: { ...said, bypassActors: isShown ? [] : null } }
}

/** All of a repository by REST. */
export async function byRest(
  repository: ListedRepository,
  reading: Pick<Reading, 'at' | 'reader' | 'readRuleset'>,
): Promise<BranchProtectionRecord> {
  const { at, reader } = reading
  if (repository.archived || notRead(repository, at) === 'excluded') return protectionRecord(repository, at)
  // GraphQL tells the default branch only if something was pushed to it.
  const read =
    repository.default_branch === null
      ? await reader.observe(`${repository.full_name}: its default branch`, () => readRepository(at, repository))
      : undefined
  if (read?.state === 'unknown') {
    return { ...protectionRecord(repository, at), notRead: null, classic: read, rules: read }
  }
  const whole = read?.state === 'observed' ? read.value : repository
  const { default_branch: branch } = whole
  if (branch === null) return protectionRecord(whole, at)
  return fromRest(whole, await readProtection(at, whole, branch, reader), reading)
}

async function fromRest(
  repository: ListedRepository,
  { classic, rules, empty }: RestProtection,
  { at, reader, readRuleset }: Pick<Reading, 'at' | 'reader' | 'readRuleset'>,
): Promise<BranchProtectionRecord> {
  const ids = rules.state === 'observed' ? new Set(rules.value.flatMap((rule) => rule.rulesetId ?? [])) : []
  const rulesets = await Promise.all(
    [...ids]
      .sort((a, b) => a - b)
      .map(async (id) => ({
        id,
        read: await reader.observe(`${repository.full_name}: ruleset ${id}`, () => readRuleset(repository, id)),
      })),
  )
  return { ...protectionRecord(repository, at), empty, classic, rules, rulesets }
}

/** Rules that checks judge: of others one route may know kinds that the other does not. */
const COMPARED = new Set([
  'pull_request',
  'required_status_checks',
  'required_signatures',
  'non_fast_forward',
  'deletion',
])
const compared = (rules: readonly BranchRule[]) => rules.filter(({ type }) => COMPARED.has(type))

async function compareWithRest({ repository, said }: Sampled, { at, reader }: Reading): Promise<void> {
  const { classic, rules } = await readProtection(at, repository, said.branch, reader)
  const differences: string[] = []
  if (classic.state === 'observed' && (said.classic === null || !agree(said.classic, classic.value))) {
    differences.push('classic protection')
  }
  if (classic.state === 'absent' && said.classic !== null) differences.push('classic protection')
  if (rules.state === 'observed' && !agree(compared(said.rules), compared(rules.value))) differences.push('rules')
  if (differences.length === 0) return
  await reader.observe(`${repository.full_name}: ${differences.join(' and ')}, by GraphQL and by REST`, async () => {
    throw new InvalidError(
      `GraphQL and REST do not say the same of ${differences.join(' and ')} of ${repository.full_name}; run again, as a setting may have changed meanwhile`,
    )
  })
}
