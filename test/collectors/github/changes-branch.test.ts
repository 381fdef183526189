import { TruncatedError } from 'affiant/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Counted, OLD_COMMITS, reckon, walkBranch } from '../../../collectors/github/changes/branch.ts'
import type { Activity, Commit, CommitPull, Pull } from '../../../collectors/github/changes/model.ts'

const DAY = 86_400_000
const FROM = Date.parse('2026-01-01T00:00:00Z')
const TO = Date.parse('2026-04-01T00:00:00Z')
/** Days after the beginning of the period. */
const day = (days: number) => FROM + days * DAY

const nobody = { login: null, app: null }
const written = { accounts: [{ login: 'one', app: null }], commits: 1, unlinked: 0 }

function commit(sha: string, parent: string | null, committedAt: number, pulls: readonly CommitPull[] = []): Commit {
  return { sha, parent, committedAt, authorship: written, pulls: async () => pulls }
}

function pull(number: number, mergedAt: number, mergeSha: string | null, parts: Partial<Pull> = {}): Pull {
  return {
    number,
    createdAt: mergedAt - DAY,
    updatedAt: mergedAt,
    mergedAt,
    author: { login: 'one', app: null },
    base: 'main',
    baseNow: 'main',
    headSha: `head-${number}`,
    mergeSha,
    autoMerge: false,
    workItems: [],
    details: async () => ({ merger: nobody, reviews: [], authorship: written }),
    checks: async () => ({ state: null, total: 0, checks: [] }),
    ...parts,
  }
}

const by = ({ number, mergedAt, base, baseNow }: Pull): CommitPull => ({ number, mergedAt, base, baseNow })
const activity = (type: string, before: string, after: string, at: number): Activity => ({
  before,
  after,
  at,
  type,
  actor: { login: 'two', app: null },
})

interface Setting {
  commits: readonly Commit[]
  pulls?: readonly Pull[]
  activity?: readonly Activity[]
  branch?: string
  names?: readonly string[]
  shared?: readonly string[]
  pageSize?: number
  to?: number
}

const COUNTED: Counted = { main: 'main', names: new Set(['main']) }

/** The head is the first commit. */
async function count(setting: Setting) {
  const { commits, pulls = [], activity: pushes = [], branch = 'main', names, shared = [], pageSize = 100 } = setting
  const counted = names === undefined ? COUNTED : { main: 'main', names: new Set(names) }
  let asked = 0
  async function* pages() {
    for (let place = 0; place < commits.length; place += pageSize) {
      asked += 1
      yield commits.slice(place, place + pageSize)
    }
  }
  const walk = await walkBranch({
    branch: { name: branch, head: commits[0]?.sha ?? '' },
    counted,
    pulls,
    activity: pushes,
    from: FROM,
    pages: pages(),
  })
  const reckoning = reckon({
    branch,
    counted,
    pulls,
    activity: pushes,
    from: FROM,
    to: setting.to ?? TO,
    walk,
    shared: new Set(shared),
  })
  const changes = reckoning.changes.map((one) =>
    one.kind === 'pull-request' ? `#${one.pull.number}` : `${one.sha} ${(one.at - FROM) / DAY} ${one.timeFrom}`,
  )
  const { listed, found, notOnBranch, notListed, unexplained } = reckoning
  return { changes: changes.toSorted(), listed, found, notOnBranch, notListed, unexplained, asked }
}

const agreed = { notOnBranch: [], notListed: [], unexplained: [] }
const old = (number: number, sha: string) => pull(number, day(-5), sha)

describe('pull requests and commits of a branch', () => {
  it('are the same however they were merged: squashed, with a merge commit, rebased', async () => {
    const before = old(1, 'm1')
    const squashed = pull(2, day(1), 's2')
    const merged = pull(3, day(2), 'm3')
    const rebased = pull(4, day(3), 'r4b')
    const counted = await count({
      commits: [
        commit('r4b', 'r4a', day(3), [by(rebased)]),
        commit('r4a', 'm3', day(3), [by(rebased)]),
        commit('m3', 's2', day(2), [by(merged)]),
        commit('side', 's2', day(1.5), [by(merged)]),
        commit('s2', 'm1', day(1), [by(squashed)]),
        commit('m1', 'root', day(-5), [by(before)]),
      ],
      pulls: [rebased, merged, squashed],
    })
    expect(counted).toMatchObject({ changes: ['#2', '#3', '#4'], listed: 3, found: 3, ...agreed })
  })

  it('belong to the period from its first moment up to, and without, its last', async () => {
    const [first, last, next] = [pull(2, FROM, 'c2'), pull(3, TO - 1000, 'c3'), pull(4, TO, 'c4')]
    const counted = await count({
      commits: [
        commit('c4', 'c3', TO, [by(next)]),
        commit('c3', 'c2', TO - 1000, [by(last)]),
        commit('c2', 'c1', FROM, [by(first)]),
        commit('c1', null, day(-5), [by(old(1, 'c1'))]),
      ],
      pulls: [next, last, first],
    })
    expect(counted).toMatchObject({ changes: ['#2', '#3'], listed: 2, found: 2, ...agreed })
  })

  it('differ if the list lost one: the commit it came by says so', async () => {
    const lost = pull(2, day(1), 'c2')
    const counted = await count({
      commits: [commit('c2', 'c1', day(1), [by(lost)]), commit('c1', null, day(-5), [by(old(1, 'c1'))])],
    })
    expect(counted).toMatchObject({ listed: 0, found: 1, notListed: [2] })
  })

  it('differ if a merged one is not on the branch', async () => {
    const counted = await count({ commits: [commit('c1', null, day(-5))], pulls: [pull(2, day(1), 'gone')] })
    expect(counted).toMatchObject({ listed: 1, found: 0, notOnBranch: [2] })
  })

  it('do not differ where a force push took it away, which is a change itself', async () => {
    const counted = await count({
      commits: [commit('c1', null, day(-5))],
      pulls: [pull(2, day(1), 'gone')],
      activity: [activity('force_push', 'gone', 'c1', day(2)), activity('pr_merge', 'c1', 'gone', day(1))],
    })
    expect(counted).toMatchObject({ changes: ['#2', 'c1 2 activity'], listed: 1, found: 0, ...agreed })
  })

  it('differ if GitHub recorded a merge of which neither list nor commits know', async () => {
    const counted = await count({
      commits: [commit('c1', null, day(-5))],
      activity: [activity('pr_merge', 'c1', 'nowhere', day(1))],
    })
    expect(counted.unexplained).toEqual(['nowhere'])
  })

  it('are found where a merge by hand put them beside the first parents', async () => {
    const merged = pull(2, day(1), 'm2')
    const counted = await count({
      // Somebody merged the branch into their own, and pushed that.
      commits: [
        commit('foxtrot', 'own', day(3)),
        commit('own', 'c1', day(2)),
        commit('m2', 'c1', day(1), [by(merged)]),
        commit('c1', null, day(-5), [by(old(1, 'c1'))]),
      ],
      pulls: [merged],
      pageSize: 2,
    })
    expect(counted).toMatchObject({
      changes: ['#2', 'foxtrot 3 commit', 'own 2 commit'],
      listed: 1,
      found: 1,
      ...agreed,
    })
  })

  it('are counted once if somebody merged one by pushing its commits', async () => {
    const pushed = pull(2, day(1), 'head-2', { headSha: 'head-2' })
    const counted = await count({
      commits: [commit('head-2', 'c1', day(0.5), [by(pushed)]), commit('c1', null, day(-5), [by(old(1, 'c1'))])],
      pulls: [pushed],
      activity: [activity('push', 'c1', 'head-2', day(1))],
    })
    expect(counted).toMatchObject({ changes: ['#2'], listed: 1, found: 1, ...agreed })
  })

  it('keep those that were merged when the branch had another name', async () => {
    const renamed = pull(2, day(1), 'c2', { base: 'master', baseNow: null })
    const elsewhere = pull(3, day(2), 'feature', { base: 'feature', baseNow: null })
    const counted = await count({
      commits: [commit('c2', 'c1', day(1), [by(renamed)]), commit('c1', null, day(-5), [by(old(1, 'c1'))])],
      pulls: [elsewhere, renamed],
    })
    expect(counted).toMatchObject({ changes: ['#2'], listed: 1, found: 1, ...agreed })
  })

  it('leave out what went to a branch that is not counted, and see its commits pushed on', async () => {
    const developed = pull(2, day(1), 'c2', { base: 'develop', baseNow: 'develop' })
    const counted = await count({
      commits: [commit('c2', 'c1', day(1), [by(developed)]), commit('c1', null, day(-5), [by(old(1, 'c1'))])],
      pulls: [developed],
      activity: [activity('push', 'c1', 'c2', day(2))],
    })
    expect(counted).toMatchObject({ changes: ['c2 2 activity'], listed: 0, found: 0, ...agreed })
  })
})

describe('direct pushes', () => {
  const before = commit('c1', null, day(-5), [by(old(1, 'c1'))])

  it('came when GitHub says they were pushed, whatever their commits say', async () => {
    const counted = await count({
      commits: [commit('c3', 'c2', day(-40)), commit('c2', 'c1', day(-40)), before],
      activity: [activity('push', 'c1', 'c3', day(7))],
    })
    expect(counted.changes).toEqual(['c2 7 activity', 'c3 7 activity'])
  })

  it('came between the merges around them where GitHub says nothing of pushes', async () => {
    const [earlier, later] = [pull(2, day(10), 'c2'), pull(4, day(20), 'c5')]
    const counted = await count({
      commits: [
        commit('c5', 'c4', day(20), [by(later)]),
        commit('c4', 'c3', day(-40)),
        commit('c3', 'c2', day(15)),
        commit('c2', 'c1', day(10), [by(earlier)]),
        before,
      ],
      pulls: [later, earlier],
    })
    expect(counted.changes).toEqual(['#2', '#4', 'c3 15 commit', 'c4 10 neighbours'])
  })

  it('are one change each, also if they were pushed away again', async () => {
    const counted = await count({
      commits: [commit('c3', 'c1', day(9)), before],
      activity: [activity('force_push', 'c2', 'c3', day(9)), activity('push', 'c1', 'c2', day(8))],
    })
    expect(counted.changes).toEqual(['c2 8 activity', 'c3 9 activity'])
  })

  it('of another branch are not those that came from the default one', async () => {
    const main = pull(2, day(1), 'c2')
    const counted = await count({
      commits: [commit('r1', 'c2', day(5)), commit('c2', 'c1', day(1), [by(main)]), before],
      pulls: [main],
      branch: 'release',
      names: ['main', 'release'],
      shared: ['c2', 'c1'],
      activity: [activity('branch_creation', '0', 'c2', day(4)), activity('push', 'c2', 'r1', day(5))],
    })
    expect(counted.changes).toEqual(['r1 5 activity'])
  })

  it('of another branch are also promotions of what the default one has', async () => {
    const counted = await count({
      commits: [commit('c2', 'c1', day(1)), before],
      branch: 'production',
      names: ['main', 'production'],
      shared: ['c2', 'c1'],
      activity: [activity('push', 'c1', 'c2', day(6))],
    })
    expect(counted.changes).toEqual(['c2 6 activity'])
  })
})

describe('the walk along a branch', () => {
  it('ends at what was merged before the period', async () => {
    const commits = Array.from({ length: 50 }, (_, place) =>
      commit(`c${50 - place}`, `c${49 - place}`, day(-place), [by(pull(50 - place, day(-place), `c${50 - place}`))]),
    )
    const counted = await count({ commits, pulls: [pull(50, day(0), 'c50')], pageSize: 5 })
    expect(counted).toMatchObject({ changes: ['#50'], asked: 1 })
  })

  it('goes on over many old commits that nothing dates, but not for ever', async () => {
    const commits = Array.from({ length: 1000 }, (_, place) => commit(`c${place}`, `c${place + 1}`, day(-1 - place)))
    const counted = await count({ commits, pageSize: 50 })
    expect(counted).toMatchObject({ changes: [], asked: OLD_COMMITS / 50 })
  })

  it('does not pass for whole if the history breaks off', async () => {
    await expect(count({ commits: [commit('c3', 'c2', day(3))] })).rejects.toThrow(TruncatedError)
  })
})

/** A branch as it grew: pull requests by three ways of merging, and direct pushes, in any order. */
const steps = fc.array(
  fc.record({ kind: fc.constantFrom('squash', 'merge', 'rebase', 'push'), hours: fc.integer({ min: 1, max: 400 }) }),
  { maxLength: 40 },
)

describe('any history', () => {
  it('is counted alike by list and by commits, with every change of the period once', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 30 }), fc.boolean(), async (made, pageSize, isRecorded) => {
        let at = day(-60)
        let head = 'root'
        const commits: Commit[] = []
        const pulls: Pull[] = []
        const pushes: Activity[] = []
        const wanted: string[] = []
        for (const [place, { kind, hours }] of made.entries()) {
          at += hours * 3_600_000
          const isInPeriod = FROM <= at && at < TO
          const sha = `c${place}`
          if (kind === 'push') {
            commits.unshift(commit(sha, head, at))
            pushes.unshift(activity('push', head, sha, at))
            if (isInPeriod) wanted.push(sha)
          } else {
            const one = pull(place, at, sha)
            if (kind === 'merge') commits.unshift(commit(`${sha}-side`, head, at - 1, [by(one)]))
            if (kind === 'rebase') commits.unshift(commit(`${sha}-part`, head, at, [by(one)]))
            commits.unshift(commit(sha, kind === 'rebase' ? `${sha}-part` : head, at, [by(one)]))
            pushes.unshift(activity('pr_merge', head, sha, at))
            if (at >= FROM) pulls.unshift(one)
            if (isInPeriod) wanted.push(`#${place}`)
          }
          head = sha
        }
        commits.push(commit('root', null, day(-100)))
        const counted = await count({ commits, pulls, pageSize, activity: isRecorded ? pushes : [] })
        expect(counted).toMatchObject(agreed)
        expect(counted.changes.map((one) => one.split(' ')[0])).toEqual(wanted.toSorted())
        expect(counted.listed).toBe(counted.found)
      }),
      { numRuns: 150 },
    )
  })
})
