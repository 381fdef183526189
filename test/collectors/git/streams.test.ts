import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { collector } from '../../../collectors/git/index.ts'
import { commits } from '../../../collectors/git/streams/commits.ts'
import { files } from '../../../collectors/git/streams/files.ts'
import { repository } from '../../../collectors/git/streams/repository.ts'
import type { CommandSeam } from '../../../src/collect/command.ts'
import { open, readerInto, Sandbox } from './harness.ts'

const one = (sandbox: Sandbox, name = 'api') => ({ repositories: [{ path: sandbox.path(name) }] })

/** Starts git with its own switch for testing repositories of other users. */
const asStranger: CommandSeam['spawn'] = (program, args, options) =>
  spawn(program, args, { ...options, env: { ...options.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' } })

describe('git.repository', () => {
  test('says what a clone is, and takes credentials out of its remotes', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    const head = sandbox.commit('api')
    sandbox.git('api', ['remote', 'add', 'origin', 'https://dev:s3cret@git.example.com:8443/acme/api.git'])
    sandbox.git('api', ['remote', 'add', 'folder', sandbox.path('elsewhere')])
    const { read } = await open(sandbox, one(sandbox))
    const { records, pages } = await read(repository)
    expect(records).toEqual([
      {
        name: 'api',
        defaultBranch: 'main',
        ref: 'refs/heads/main',
        head,
        bare: false,
        shallow: false,
        objectFormat: 'sha1',
        remotes: [
          { name: 'folder', location: 'local' },
          { name: 'origin', location: 'git.example.com/acme/api' },
        ],
        firstParentCommits: 1,
        allowedSigners: null,
      },
    ])
    expect(pages).toMatchObject([{ number: 1, last: true, total: 1 }])
  })

  test('prefers the default branch of the remote to the branch checked out, and config to both', async () => {
    using sandbox = new Sandbox()
    sandbox.init('origin')
    const head = sandbox.commit('origin')
    sandbox.git('origin', ['branch', 'release'])
    sandbox.git('.', ['clone', '--quiet', 'origin', 'api'])
    sandbox.git('api', ['checkout', '--quiet', '-b', 'topic'])
    sandbox.commit('api')
    const byRemote = await (await open(sandbox, one(sandbox))).read(repository)
    expect(byRemote.records[0]).toMatchObject({ ref: 'refs/remotes/origin/main', defaultBranch: 'main', head })
    const config = { repositories: [{ path: sandbox.path('api'), branch: 'release' }] }
    const byConfig = await (await open(sandbox, config)).read(repository)
    expect(byConfig.records[0]).toMatchObject({ ref: 'refs/remotes/origin/release', head })
    const missing = { repositories: [{ path: sandbox.path('api'), branch: 'nowhere' }] }
    expect((await (await open(sandbox, missing)).read(repository)).error).toMatchObject({
      reason: 'invalid',
      message: expect.stringContaining('no branch `nowhere`'),
    })
  })

  test('reads bare clones, worktrees, a detached HEAD and SHA-256 repositories', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api', '--object-format=sha256')
    const head = sandbox.commit('api', { files: { CODEOWNERS: '' } })
    expect(head).toHaveLength(64)
    sandbox.git('api', ['worktree', 'add', '--quiet', '--detach', '../tree'])
    sandbox.git('.', ['clone', '--quiet', '--bare', 'api', 'api.git'])
    sandbox.git('.', ['clone', '--quiet', 'api', 'loose'])
    sandbox.git('loose', ['checkout', '--quiet', '--detach'])
    sandbox.git('loose', ['branch', '--quiet', '-D', 'main'])
    sandbox.git('loose', ['remote', 'remove', 'origin'])
    const config = { repositories: ['tree', 'api.git', 'loose'].map((name) => ({ path: sandbox.path(name) })) }
    const { read } = await open(sandbox, config)
    const facts = async (id: string) => (await read(repository, { id })).records[0]
    expect(await facts('tree')).toMatchObject({ head, ref: 'refs/heads/main', bare: false, objectFormat: 'sha256' })
    expect(await facts('api')).toMatchObject({ head, bare: true, defaultBranch: 'main' })
    expect(await facts('loose')).toMatchObject({ head, ref: 'HEAD', defaultBranch: null })
    const watched = await read(files, { id: 'api' })
    expect(watched.records.find(({ path }) => path === 'CODEOWNERS')).toMatchObject({ present: true, empty: true })
    expect((await read(commits, { id: 'tree' })).records).toHaveLength(1)
  })

  test('an empty repository is empty, not an error', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    const { read } = await open(sandbox, one(sandbox))
    expect((await read(repository)).records[0]).toMatchObject({ head: null, firstParentCommits: 0 })
    expect((await read(commits)).pages).toEqual([{ records: [], number: 1, last: true }])
    const watched = await read(files)
    expect(watched.error).toBeUndefined()
    expect(new Set(watched.records.map(({ present }) => present))).toEqual(new Set([false]))
    expect(new Set(watched.records.map(({ lastChange }) => JSON.stringify(lastChange)))).toEqual(
      new Set(['{"state":"absent"}']),
    )
  })
})

describe('git.commits', () => {
  test('lists the first-parent history of the period, in the order of history', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    sandbox.commit('api', { at: '2026-08-01T00:00:00Z' })
    const begun = sandbox.commit('api', { at: '2026-10-02T00:00:00Z', author: 'Lead@Example.com' })
    sandbox.git('api', ['checkout', '--quiet', '-b', 'topic'])
    sandbox.commit('api', { at: '2026-10-03T00:00:00Z' })
    sandbox.git('api', ['checkout', '--quiet', 'main'])
    const dates = { GIT_AUTHOR_DATE: '2026-10-04T00:00:00Z', GIT_COMMITTER_DATE: '2026-10-04T00:00:00Z' }
    sandbox.git('api', ['merge', '--quiet', '--no-ff', '--no-gpg-sign', 'topic', '-m', 'Merge'], dates)
    const merged = sandbox.git('api', ['rev-parse', 'HEAD'])
    const backdated = sandbox.commit('api', { at: '2025-01-01T00:00:00Z', message: 'T\n\nText\n\nReviewed-by: X <x>' })
    const { read } = await open(sandbox, one(sandbox))
    const { records, error } = await read(commits)
    expect(error).toBeUndefined()
    expect(records.map(({ commit, position, parents }) => [commit, position, parents])).toEqual([
      [begun, 2, 1],
      [merged, 3, 2],
      [backdated, 4, 1],
    ])
    expect(records[0]).toMatchObject({
      author: 'lead@example.com',
      committedAt: '2026-10-02T00:00:00.000Z',
      signature: { kind: 'none', verification: 'not-checked' },
    })
    expect(records.map(({ occurredAt }) => occurredAt)).toEqual([
      '2026-10-02T00:00:00.000Z',
      '2026-10-04T00:00:00.000Z',
      null,
    ])
    expect(records[2]).toMatchObject({ trailers: { reviewedBy: 1, ackedBy: 0 } })
    expect(records.map((record) => commits.key(commits.record.parse(record)))[0]).toBe(`000000002-${begun}`)
  })

  test('gives pages of 1,000, the final one marked', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    const stream = Array.from({ length: 2001 }, (_, n) =>
      [
        'commit refs/heads/main',
        `mark :${n + 1}`,
        `committer Example <dev@example.com> ${1_790_900_000 + n} +0000`,
        'data 1\nx',
        ...(n === 0 ? [] : [`from :${n}`]),
        '',
      ].join('\n'),
    ).join('\n')
    sandbox.git('api', ['fast-import', '--quiet'], {}, `${stream}\n`)
    const { read } = await open(sandbox, one(sandbox))
    const { pages, records } = await read(commits)
    expect(pages.map((page) => [page.number, page.records.length, page.last])).toEqual([
      [1, 1000, false],
      [2, 1000, false],
      [3, 1, true],
    ])
    expect(new Set(records.map(({ position }) => position)).size).toBe(2001)
  })

  test('verifies ssh signatures against the allowed signers', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    const [trusted, stranger] = [sandbox.key('trusted'), sandbox.key('stranger')]
    const signers = sandbox.write('signers', `dev@example.com ${readFileSync(`${trusted}.pub`, 'utf8')}`)
    const old = sandbox.commit('api', { sign: trusted, at: '2026-01-01T00:00:00Z' })
    const good = sandbox.commit('api', { sign: trusted })
    const untrusted = sandbox.commit('api', { sign: stranger })
    const none = sandbox.commit('api')
    const raw = sandbox.git('api', ['cat-file', 'commit', good]).replace('Change', 'Chance')
    sandbox.write('forged', `${raw}\n`)
    const bad = sandbox.git('api', ['hash-object', '-t', 'commit', '-w', '../forged'])
    sandbox.git('api', ['checkout', '--quiet', '--detach', none])
    const verdicts = async (config: object, env = {}) => {
      const { read, receipts } = await open(sandbox, { ...one(sandbox), ...config }, { env })
      const { records, error } = await read(commits)
      expect(error).toBeUndefined()
      const verifying = receipts.filter(({ args }) => args.includes('log'))
      expect(verifying.every(({ args }) => args.includes(`^${old}`))).toBe(true)
      expect(verifying).toHaveLength(Object.keys(config).length)
      return records.map(({ commit, signature }) => [commit, signature])
    }
    expect(await verdicts({ allowedSigners: signers })).toEqual([
      [good, { kind: 'ssh', verification: 'good' }],
      [untrusted, { kind: 'ssh', verification: 'untrusted' }],
      [none, { kind: 'none', verification: 'not-checked' }],
    ])
    expect((await verdicts({}))[0]).toEqual([good, { kind: 'ssh', verification: 'not-checked' }])
    // The repository's own configuration cannot name its own allowed signers.
    sandbox.git('api', ['config', 'gpg.ssh.allowedSignersFile', signers])
    expect((await verdicts({ verifySignatures: true }))[0]).toEqual([good, { kind: 'ssh', verification: 'untrusted' }])
    // Without ssh-keygen nothing is called bad.
    const gitOnly = sandbox.path('bin')
    sandbox.write('bin/keep', '')
    const gitPath = sandbox.git('.', ['--exec-path'])
    symlinkSync(`${gitPath}/git`, `${gitOnly}/git`)
    expect((await verdicts({ allowedSigners: signers }, { PATH: gitOnly }))[0]).toEqual([
      good,
      { kind: 'ssh', verification: 'unverifiable' },
    ])
    sandbox.git('api', ['update-ref', 'refs/heads/main', bad])
    expect(await verdicts({ allowedSigners: signers })).toEqual([[bad, { kind: 'ssh', verification: 'bad' }]])
  })

  test('a missing allowed signers file fails the read before any commit is judged', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    sandbox.commit('api', { sign: sandbox.key('key') })
    const { read, receipts } = await open(sandbox, { ...one(sandbox), allowedSigners: sandbox.path('missing') })
    const { records, error } = await read(commits)
    expect(records).toEqual([])
    expect(error).toMatchObject({ reason: 'unavailable' })
    expect(JSON.stringify(receipts)).not.toContain(sandbox.folder)
  })

  test('a shallow clone is truncated, and says how to complete it', async () => {
    using sandbox = new Sandbox()
    sandbox.init('origin')
    sandbox.commit('origin', { files: { CODEOWNERS: '* @acme/core', 'SECURITY.md': 'Write to us.' } })
    sandbox.commit('origin')
    sandbox.commit('origin', { files: { 'SECURITY.md': 'Write to security@example.com.' } })
    sandbox.git('.', ['clone', '--quiet', '--depth=2', `file://${sandbox.path('origin')}`, 'api'])
    const { read, session } = await open(sandbox, one(sandbox))
    expect((await read(repository)).records[0]).toMatchObject({ shallow: true, firstParentCommits: null })
    const history = await read(commits)
    expect(history.records).toHaveLength(2)
    expect(history.error).toMatchObject({ reason: 'truncated', message: expect.stringContaining('--unshallow') })
    const watched = await read(files)
    const change = (path: string) => watched.records.find((record) => record['path'] === path)?.['lastChange']
    expect(change('CODEOWNERS')).toEqual({ state: 'unknown', reason: 'truncated' })
    expect(change('SECURITY.md')).toMatchObject({ state: 'observed' })
    expect(watched.gaps).toContain('api: last change of CODEOWNERS: truncated')
    expect((await collector.identify(session)).id).toMatch(/^sha256:/)
  })
})

describe('git.files', () => {
  test('gives content, mode and the last change of each watched path, also of one that is gone', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    const added = sandbox.commit('api', {
      author: 'lead@example.com',
      files: { '.github/CODEOWNERS': '* @acme/core', '.github/workflows/ci.yml': 'on: push', 'SECURITY.md': 'x' },
    })
    rmSync(sandbox.path('api/SECURITY.md'))
    const removed = sandbox.commit('api', { author: 'dev@example.com' })
    const { read } = await open(sandbox, one(sandbox))
    const { records, pages } = await read(files)
    const at = (path: string) => records.find((record) => record['path'] === path)
    expect(at('.github/CODEOWNERS')).toMatchObject({
      purpose: 'code-owners',
      protected: true,
      present: true,
      mode: '100644',
      lastChange: { state: 'observed', value: { commit: added, author: 'lead@example.com' } },
    })
    expect(at('.github/workflows/ci.yml')).toMatchObject({ purpose: 'other', protected: true, present: true })
    expect(at('.github/workflows')).toBeUndefined()
    expect(at('SECURITY.md')).toMatchObject({
      present: false,
      blob: null,
      lastChange: { state: 'observed', value: { commit: removed, author: 'dev@example.com' } },
    })
    expect(at('docs/CODEOWNERS')).toMatchObject({ present: false, lastChange: { state: 'absent' } })
    expect(pages[0]?.last).toBe(true)
  })
})

describe('the source', () => {
  test('is known by the roots of its repositories, wherever they lie and whatever was added', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    sandbox.commit('api')
    sandbox.git('.', ['clone', '--quiet', 'api', 'copy'])
    sandbox.init('other')
    sandbox.commit('other', { message: 'Something else' })
    const idOf = async (...names: string[]) => {
      const config = { repositories: names.map((name) => ({ path: sandbox.path(name) })) }
      return collector.identify((await open(sandbox, config)).session)
    }
    const before = await idOf('api')
    sandbox.commit('api')
    expect(await idOf('api')).toEqual(before)
    expect((await idOf('copy')).id).toBe(before.id)
    expect((await idOf('other')).id).not.toBe(before.id)
    expect((await idOf('api', 'other')).id).toBe((await idOf('other', 'api')).id)
    expect(before).toMatchObject({ name: 'api', principal: { kind: 'anonymous' } })
  })

  test('a repository that cannot be read fails alone; if none can, the source fails', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    sandbox.commit('api')
    sandbox.write('plain/file', '')
    const config = { repositories: ['api', 'plain', 'gone', 'api/.'].map((name) => ({ path: sandbox.path(name) })) }
    const { session, read } = await open(sandbox, config)
    expect((await collector.identify(session)).name).toBe('4 repositories')
    const scopes: string[] = []
    for await (const scope of collector.scopes(session, readerInto([]))) scopes.push(scope.id)
    expect(scopes).toEqual(['api', 'plain', 'gone', 'api-2'])
    expect((await read(repository, { id: 'plain' })).error).toMatchObject({ reason: 'invalid' })
    expect((await read(repository, { id: 'gone' })).error).toMatchObject({ reason: 'unavailable' })
    expect((await read(repository, { id: 'api-2' })).error).toBeUndefined()
    const none = await open(sandbox, { repositories: [{ path: sandbox.path('plain') }] })
    await expect(collector.identify(none.session)).rejects.toMatchObject({ reason: 'invalid' })
  })

  test('a folder inside a repository is refused, as its top would be read in its place', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    sandbox.commit('api', { files: { 'sub/file': '' } })
    const { read } = await open(sandbox, one(sandbox, 'api/sub'))
    expect((await read(repository)).error).toMatchObject({
      reason: 'invalid',
      message: expect.stringContaining('top folder'),
    })
  })

  test('a damaged repository is invalid, never shorter', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    const root = sandbox.commit('api')
    sandbox.commit('api')
    rmSync(sandbox.path(`api/.git/objects/${root.slice(0, 2)}/${root.slice(2)}`), { force: true })
    const { read } = await open(sandbox, one(sandbox))
    expect((await read(commits)).error).toMatchObject({ reason: 'invalid' })
  })

  test('a partial clone that lacks what is asked for is truncated, and fetches nothing', async () => {
    using sandbox = new Sandbox()
    sandbox.init('origin')
    sandbox.commit('origin', { files: { '.github/CODEOWNERS': '* @acme/core' } })
    sandbox.git('origin', ['config', 'uploadpack.allowFilter', 'true'])
    sandbox.git('.', ['clone', '--quiet', '--bare', '--filter=tree:0', `file://${sandbox.path('origin')}`, 'api.git'])
    const { read } = await open(sandbox, one(sandbox, 'api.git'))
    expect((await read(commits)).error).toBeUndefined()
    expect((await read(files)).error).toMatchObject({ reason: 'truncated' })
  })

  test('replacement objects and grafts do not change the history that is read', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    const ids = [sandbox.commit('api'), sandbox.commit('api'), sandbox.commit('api')]
    sandbox.git('api', ['replace', '--graft', ids[2] ?? ''])
    sandbox.write('api/.git/info/grafts', `${ids[2]}\n`)
    const { read } = await open(sandbox, one(sandbox))
    expect((await read(commits)).records.map(({ commit }) => commit)).toEqual(ids)
  })

  test('a hostile repository has nothing of its own executed', async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    const key = sandbox.key('key')
    sandbox.commit('api', { files: { '.gitattributes': '* diff=evil filter=evil', CODEOWNERS: 'x' }, sign: key })
    sandbox.git('api', ['remote', 'add', 'origin', sandbox.path('api')])
    const marker = sandbox.path('executed')
    const evil = sandbox.write('evil', `#!/bin/sh\necho "$0 $*" >>"${marker}"\nexit 0\n`, 0o755)
    for (const hook of ['post-index-change', 'reference-transaction', 'pre-auto-gc'])
      sandbox.write(`api/.git/hooks/${hook}`, `#!/bin/sh\n${evil}\n`, 0o755)
    appendFileSync(
      sandbox.path('api/.git/config'),
      `
[core]
	fsmonitor = ${evil}
	pager = ${evil}
	hooksPath = ${sandbox.path('api/.git/hooks')}
	sshCommand = ${evil}
	askPass = ${evil}
	alternateRefsCommand = ${evil}
	gitProxy = ${evil}
	editor = ${evil}
[pager]
	log = ${evil}
	branch = ${evil}
	for-each-ref = ${evil}
[gpg]
	program = ${evil}
[gpg "openpgp"]
	program = ${evil}
[gpg "x509"]
	program = ${evil}
[gpg "ssh"]
	program = ${evil}
	defaultKeyCommand = ${evil}
[log]
	showSignature = true
[diff]
	external = ${evil}
[diff "evil"]
	textconv = ${evil}
	command = ${evil}
[filter "evil"]
	smudge = ${evil}
	clean = ${evil}
	process = ${evil}
[credential]
	helper = !${evil}
[alias]
	log = !${evil}
	rev-list = !${evil}
	evil = !${evil}
[protocol]
	allow = always
[protocol "file"]
	allow = always
[protocol "ext"]
	allow = always
[remote "origin"]
	promisor = true
	partialclonefilter = blob:none
	uploadpack = ${evil}
[remote "helper"]
	url = ext::${evil}
	promisor = true
`,
    )
    const config = { ...one(sandbox), allowedSigners: sandbox.write('signers', ''), verifySignatures: true }
    const opened = await open(sandbox, config)
    const results = []
    for (const stream of [repository, commits, files]) results.push(await opened.read(stream))
    expect(results.map(({ error }) => error)).toEqual([undefined, undefined, undefined])
    expect(existsSync(marker)).toBe(false)

    // A missing object makes git want to fetch it from the "promisor": it may not.
    const tree = sandbox.git('api', ['-c', 'core.fsmonitor=false', '--no-pager', 'rev-parse', 'HEAD^{tree}'])
    rmSync(marker, { force: true })
    rmSync(sandbox.path(`api/.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`), { force: true })
    const lacking = await (await open(sandbox, config)).read(files)
    expect(lacking.error ?? lacking.gaps[0]).toBeDefined()
    expect(existsSync(marker)).toBe(false)

    // The trap does work where nothing guards against it.
    sandbox.git('api', ['evil'])
    expect(existsSync(marker)).toBe(true)
  })

  test("a repository of another user is denied, with git's own way to allow it", async () => {
    using sandbox = new Sandbox()
    sandbox.init('api')
    sandbox.commit('api')
    const { read } = await open(sandbox, one(sandbox), { spawn: asStranger })
    expect((await read(repository)).error).toMatchObject({
      reason: 'denied',
      message: expect.stringContaining('git config --global --add safe.directory'),
    })
  })
})
