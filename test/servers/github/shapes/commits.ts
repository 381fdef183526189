import { actorOf, WEB_FLOW } from '../actors.ts'
import type { Commit } from '../history.ts'
import type { Repository, World } from '../world.ts'
import { type Data, type ItemOf, nodeId, WEB } from './api.ts'
import { user } from './people.ts'

export type CommitItem = ItemOf<Data<'repos', 'listCommits'>>

/** A person, an app or a deleted account, as REST has them. */
export function actor(base: string, world: World, login: string) {
  const { id, type } = actorOf(world, login)
  return user(base, { login, id }, type)
}

const signed = (login: string, date: string) => ({
  name: login === WEB_FLOW ? 'GitHub' : login,
  email: login === WEB_FLOW ? 'noreply@example.com' : `${login}@example.com`,
  date,
})

export function commit(base: string, world: World, repo: Repository, one: Commit): CommitItem {
  const url = `${base}/repos/${repo.fullName}`
  const html = `${WEB}/${repo.fullName}/commit`
  return {
    url: `${url}/commits/${one.sha}`,
    sha: one.sha,
    node_id: nodeId('C', `${repo.id}:${one.sha}`),
    html_url: `${html}/${one.sha}`,
    comments_url: `${url}/commits/${one.sha}/comments`,
    commit: {
      url: `${url}/git/commits/${one.sha}`,
      author: signed(one.author, one.authoredAt),
      committer: signed(one.committer, one.committedAt),
      message: one.message,
      comment_count: 0,
      tree: { sha: one.sha, url: `${url}/git/trees/${one.sha}` },
      verification: {
        verified: one.signed,
        reason: one.signed ? 'valid' : 'unsigned',
        signature: null,
        payload: null,
        verified_at: one.signed ? one.committedAt : null,
      },
    },
    author: actor(base, world, one.author),
    committer: actor(base, world, one.committer),
    parents: one.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${html}/${sha}` })),
  }
}
