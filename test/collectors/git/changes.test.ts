import { describe, expect, test } from 'vitest'
import { checkOf, verdictOn } from './checks-harness.ts'
import { readMessage } from '../../../collectors/git/message.ts'
import { parseCommit } from '../../../collectors/git/commit.ts'
import { exampleChange } from '../../../collectors/git/checks/examples.ts'
import { changes } from '../../../collectors/git/streams/changes.ts'
import { open, Sandbox } from './harness.ts'

const [DEV, LEAD, OTHER] = ['dev@example.com', 'lead@example.com', 'other@example.com'] as const
const OCTOBER = (day: number) => `2026-10-${String(day).padStart(2, '0')}T12:00:00Z`

/** Commits on a branch of its own, and merges that. Returns the id of the merge. */
function merge(
  sandbox: Sandbox,
  name: string,
  options: { commits: { author: string; message?: string }[]; message?: string; at?: string; by?: string },
): string {
  const { commits, message = `Merge ${name}`, at = OCTOBER(10), by = LEAD } = options
  const into = sandbox.git('api', ['branch', '--show-current'])
  sandbox.git('api', ['checkout', '--quiet', '-b', name])
  for (const [n, commit] of commits.entries())
    sandbox.commit('api', { at, files: { [`${name}-${n}`]: name }, ...commit })
  sandbox.git('api', ['checkout', '--quiet', into])
  sandbox.git('api', ['merge', '--quiet', '--no-ff', '--no-gpg-sign', name, '-m', message], {
    GIT_AUTHOR_DATE: at,
    GIT_AUTHOR_EMAIL: by,
    GIT_AUTHOR_NAME: by,
    GIT_COMMITTER_DATE: at,
    GIT_COMMITTER_EMAIL: by,
  })
  return sandbox.git('api', ['rev-parse', 'HEAD'])
}

const read = async (sandbox: Sandbox, entry: object = {}, name = 'api') => {
  const opened = await open(sandbox, { repositories: [{ path: sandbox.path(name), ...entry }] })
  const { records, error } = await opened.read(changes)
  return { error, changes: records.map((record) => changes.record.parse(record)) }
}

describe('git.changes', () => {
  test('lists what came to the branch in the period, with what each merge brought and who looked at it', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    sandbox.commit('api', { at: '2026-09-01T00:00:00Z' })
    merge(sandbox, 'before', { commits: [{ author: DEV }], at: '2026-09-20T00:00:00Z' })
    const merged = merge(sandbox, 'topic', {
      commits: [
        { author: DEV, message: 'One\n\nRefs OPS-12' },
        { author: OTHER, message: `Two\n\nCo-authored-by: Third <third@example.com>\nReviewed-by: L <${LEAD}>` },
      ],
      message: `Merge pull request #7 from acme/topic\n\nCloses #4\n\nReviewed-by: Lead <${LEAD}>\nAcked-by: Example <x@example.com>`,
    })
    const direct = sandbox.commit('api', { at: OCTOBER(11), author: DEV, message: 'Hot fix' })
    sandbox.commit('api', { at: '2026-11-01T00:00:00Z' })
    const { changes: found, error } = await read(sandbox)
    expect(error).toBeUndefined()
    expect(found.map(({ commit, kind, position }) => [commit, kind, position])).toEqual([
      [merged, 'merge', 3],
      [direct, 'direct', 4],
    ])
    expect(found[0]).toMatchObject({
      repository: 'api',
      branch: 'main',
      occurredAt: '2026-10-10T12:00:00.000Z',
      timeFrom: 'committer',
      author: LEAD,
      authors: expect.arrayContaining([DEV, OTHER, 'third@example.com']),
      signature: 'none',
      brought: { commits: 2, unsigned: 2, reviewedThroughout: [] },
      reviews: [
        { trailer: 'reviewed-by', person: LEAD, byAuthor: false },
        // The name is that of an author, who has more than one address.
        { trailer: 'acked-by', person: 'x@example.com', byAuthor: true },
      ],
      workItems: ['#4', 'OPS-12'],
      request: '#7',
    })
    expect(found[1]).toMatchObject({ authors: [DEV], reviews: [], brought: { commits: 0 }, request: null })
  })

  test('a backdated commit belongs to the period all the same, and its date decides nothing', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    sandbox.commit('api', { at: OCTOBER(2) })
    const backdated = sandbox.commit('api', { at: '2020-01-01T00:00:00Z' })
    const { changes: found } = await read(sandbox)
    expect(found.find(({ commit }) => commit === backdated)).toMatchObject({ occurredAt: null, timeFrom: 'order' })
  })

  test('what an earlier merge brought is not brought again, and nested merges come with the outer one', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    sandbox.commit('api', { at: OCTOBER(1) })
    sandbox.git('api', ['checkout', '--quiet', '-b', 'feature'])
    sandbox.commit('api', { at: OCTOBER(2), author: OTHER, files: { f: '1' } })
    merge(sandbox, 'part', { commits: [{ author: DEV }], at: OCTOBER(3) })
    sandbox.git('api', ['checkout', '--quiet', 'main'])
    const dates = { GIT_AUTHOR_DATE: OCTOBER(4), GIT_COMMITTER_DATE: OCTOBER(4) }
    sandbox.git('api', ['merge', '--quiet', '--no-ff', 'part', '-m', 'Part'], dates)
    sandbox.git('api', ['merge', '--quiet', '--no-ff', 'feature', '-m', 'Feature'], dates)
    const { changes: found, error } = await read(sandbox)
    expect(error).toBeUndefined()
    expect(found.map(({ brought }) => brought.commits)).toEqual([0, 2, 1])
    expect(found[1]?.authors).toEqual(expect.arrayContaining([DEV, OTHER]))
  })

  test('branches that config names are listed from where they leave the default branch', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    const shared = sandbox.commit('api', { at: OCTOBER(1) })
    sandbox.git('api', ['checkout', '--quiet', '-b', 'release/1'])
    const fix = sandbox.commit('api', { at: OCTOBER(2), author: OTHER })
    sandbox.git('api', ['checkout', '--quiet', 'main'])
    const later = sandbox.commit('api', { at: OCTOBER(3) })
    const named = (found: { branch: string; commit: string }[]) => found.map(({ branch, commit }) => [branch, commit])
    expect(named((await read(sandbox)).changes)).toEqual([
      ['main', shared],
      ['main', later],
    ])
    const all = await read(sandbox, { changeBranches: ['release/*', 'main'] })
    expect(named(all.changes)).toEqual([
      ['main', shared],
      ['main', later],
      ['release/1', fix],
    ])
    expect((await read(sandbox, { changeBranches: ['nowhere'] })).error).toMatchObject({ reason: 'invalid' })
    expect((await read(sandbox, { changeBranches: ['none/*'] })).error).toBeUndefined()
  })

  test('where everybody pushes to, the record of the branch says when a change arrived', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    sandbox.git('.', ['init', '--quiet', '--bare', '--initial-branch=main', 'server.git'])
    sandbox.git('server.git', ['config', 'core.logAllRefUpdates', 'true'])
    const push = (at: string) =>
      sandbox.git('api', ['push', '--quiet', '--force', '../server.git', 'main'], { GIT_COMMITTER_DATE: at })
    sandbox.commit('api', { at: '2026-09-01T00:00:00Z' })
    push('2026-09-02T00:00:00Z')
    // Dated in October, pushed in September: the record of the server counts.
    sandbox.commit('api', { at: OCTOBER(1) })
    push('2026-09-03T00:00:00Z')
    // Dated in September, pushed in October.
    sandbox.commit('api', { at: '2026-09-20T00:00:00Z' })
    sandbox.commit('api', { at: '2026-09-21T00:00:00Z' })
    push('2026-10-05T00:00:00Z')
    const times = (found: { occurredAt: string | null; timeFrom: string }[]) =>
      found.map(({ occurredAt, timeFrom }) => [occurredAt, timeFrom])
    const server = await read(sandbox, {}, 'server.git')
    expect(server.error).toBeUndefined()
    expect(times(server.changes)).toEqual([
      ['2026-10-05T00:00:00.000Z', 'reflog'],
      ['2026-10-05T00:00:00.000Z', 'reflog'],
    ])
    // A mirror's record says when it fetched, which is no arrival.
    sandbox.git('server.git', ['remote', 'add', 'origin', 'https://git.example.com/acme/api.git'])
    const mirror = await read(sandbox, {}, 'server.git')
    expect(times(mirror.changes)).toEqual([
      ['2026-10-01T12:00:00.000Z', 'committer'],
      [null, 'order'],
      [null, 'order'],
    ])
  })

  test('an empty repository has no changes, and a shallow clone does not say that it has all', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    expect(await read(sandbox)).toEqual({ changes: [], error: undefined })
    for (const day of [1, 2, 3]) sandbox.commit('api', { at: OCTOBER(day) })
    sandbox.git('.', ['clone', '--quiet', '--depth=2', `file://${sandbox.path('api')}`, 'copy'])
    expect((await read(sandbox, {}, 'copy')).error).toMatchObject({ reason: 'truncated' })
  })
})

describe('git.changes-reviewed', () => {
  const judge = (change: Parameters<typeof exampleChange>[0], params: object = { repositories: ['*'] }) =>
    verdictOn(checkOf('git.changes-reviewed'), { record: exampleChange(change), params })
  const by = (byAuthor: boolean | null, trailer: 'reviewed-by' | 'acked-by' = 'reviewed-by') => ({
    reviews: [{ trailer, person: byAuthor === null ? null : LEAD, byAuthor }],
  })

  test.each([
    ['somebody else', by(false), 'pass'],
    ['an author', by(true), 'fail'],
    ['a name without address', by(null), 'fail'],
    ['nobody', { reviews: [] }, 'fail'],
    ['somebody, by a trailer that does not count', by(false, 'acked-by'), 'fail'],
    [
      'reviewers in each commit of the merge',
      { reviews: [], brought: { commits: 2, unsigned: 0, reviewedThroughout: ['reviewed-by' as const] } },
      'pass',
    ],
  ])('%s', async (_, change, status) => {
    expect(await judge(change)).toMatchObject({ status })
  })

  test('says nothing of repositories that record reviews elsewhere', async () => {
    expect(await judge(by(false), { repositories: ['other'] })).toMatchObject({
      status: 'not-applicable',
      reason: 'undeclared',
    })
  })
})

test('the first commit of a history had nothing to be merged into', async () => {
  const record = exampleChange({ kind: 'direct', position: 1 })
  expect(await verdictOn(checkOf('git.all-changes-merged'), { record, params: { repositories: ['*'] } })).toMatchObject(
    { status: 'not-applicable', reason: 'first-commit' },
  )
})

describe('messages', () => {
  const said = (message: string) => {
    const who = `Dev <${DEV}> 1790000000 +0000`
    const text = message.replaceAll(/^/gm, '    ')
    return readMessage(
      parseCommit(`${'a'.repeat(40)}\ntree ${'b'.repeat(40)}\nauthor ${who}\ncommitter ${who}\n\n${text}`),
    )
  }

  test.each([
    ['Fix\n\nFixes: #12, acme/api#3 and #9', ['#12', 'acme/api#3', '#9']],
    ['OPS-12: use SHA-256 and UTF-8', ['OPS-12']],
    ['See #7\n\nText #8', ['#7']],
    ['Nothing 3-4 a-1 A-1', []],
  ])('work items of %j', (message, items) => {
    expect(said(message).workItems).toEqual(items)
  })

  test.each([
    ['Add a thing (#12)', '#12'],
    ["Merge branch 'x' into 'main'\n\nSee merge request acme/api!34", '!34'],
    ['Add #12', null],
  ])('request of %j', (message, request) => {
    expect(said(message).request).toBe(request)
  })

  test('people of trailers, with or without address, and ids of Gerrit', () => {
    const id = `I${'0123456789'.repeat(4)}`
    const text = `T\n\nReviewed-by: Ann Lee <Ann@Example.com>\nApproved-By: bob@example.com\nReviewed-by: carol\nChange-Id: ${id}\nChange-Id: no`
    expect(said(text)).toMatchObject({
      reviews: [
        { trailer: 'reviewed-by', name: 'ann lee', mail: 'ann@example.com' },
        { trailer: 'approved-by', name: null, mail: 'bob@example.com' },
        { trailer: 'reviewed-by', name: 'carol', mail: null },
      ],
      changeIds: [id],
    })
  })
})
