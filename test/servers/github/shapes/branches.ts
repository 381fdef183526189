import { createHash } from 'node:crypto'
import type { Commit } from '../history.ts'
import { type Repository, rulesetsOn, type World } from '../world.ts'
import { type Data, type ItemOf, WEB } from './api.ts'
import { commit } from './commits.ts'

export type Branch = Data<'repos', 'getBranch'>
export type BranchItem = ItemOf<Data<'repos', 'listBranches'>>

const classicOn = ({ seed, defaultBranch }: Repository, name: string) =>
  seed.classic !== undefined && name === defaultBranch

export const isProtected = (repo: Repository, name: string) =>
  classicOn(repo, name) || rulesetsOn(repo, name).length > 0

function protectionOf(base: string, repo: Repository, name: string) {
  const contexts = classicOn(repo, name) ? (repo.seed.classic?.statusChecks?.contexts ?? []) : []
  return {
    protected: isProtected(repo, name),
    protection: {
      enabled: classicOn(repo, name),
      required_status_checks: {
        enforcement_level: contexts.length === 0 ? 'off' : repo.seed.classic?.enforceAdmins ? 'everyone' : 'non_admins',
        contexts: [...contexts],
        checks: contexts.map((context) => ({ context, app_id: null })),
      },
    },
    protection_url: `${base}/repos/${repo.fullName}/branches/${encodeURIComponent(name)}/protection`,
  }
}

export function branchItem(base: string, repo: Repository, name: string, sha: string): BranchItem {
  return {
    name,
    commit: { sha, url: `${base}/repos/${repo.fullName}/commits/${sha}` },
    ...protectionOf(base, repo, name),
  }
}

export function branch(base: string, world: World, repo: Repository, name: string, head: Commit): Branch {
  const self = `${base}/repos/${repo.fullName}/branches/${encodeURIComponent(name)}`
  return {
    name,
    commit: commit(base, world, repo, head),
    _links: { self, html: `${WEB}/${repo.fullName}/tree/${name}` },
    ...protectionOf(base, repo, name),
  }
}

/** A file; in the list of a folder it comes without its content. */
export function file(base: string, repo: Repository, path: string, text: string, listed = false) {
  const content = Buffer.from(text)
  const sha = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
  const url = `${base}/repos/${repo.fullName}/contents/${path}?ref=${encodeURIComponent(repo.defaultBranch)}`
  const html = `${WEB}/${repo.fullName}/blob/${repo.defaultBranch}/${path}`
  const git = `${base}/repos/${repo.fullName}/git/blobs/${sha}`
  return {
    type: 'file' as const,
    size: content.length,
    name: path.split('/').at(-1) ?? path,
    path,
    ...(!listed && { encoding: 'base64', content: content.toString('base64') }),
    sha,
    url,
    git_url: git,
    html_url: html,
    download_url: `${html}?raw=true`,
    _links: { self: url, git, html },
  }
}
