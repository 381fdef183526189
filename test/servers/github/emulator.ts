import { generateKeyPair } from 'node:crypto'
import { request } from 'node:http'
import { promisify } from 'node:util'
import { createEmulator } from 'emulate'
import { z } from 'zod'
import type { Rights } from './principal.ts'
import * as shapes from './shapes.ts'
import { type Repository, rulesetsOn, type World } from './world.ts'

export interface Answered {
  status: number
  headers: Record<string, string>
  body: Buffer
}

export interface Emulator {
  /** PKCS#1 PEM of the app's key. */
  privateKey: string
  /** Sends a request on; links in the answer point at `base` afterwards. */
  forward(message: {
    method: string
    path: string
    headers: Record<string, string>
    body: Buffer
    base: string
  }): Promise<Answered>
  close(): Promise<void>
}

export const APP = { id: 910_001, slug: 'affiant-demo', installationId: 920_001 } as const

/** Made once per process: an RSA key takes up to a second. */
let appKey: Promise<string> | undefined
async function makeAppKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}

/** Starts npm `emulate` on loopback with the people, repositories and app of the seed. */
export async function startEmulator(world: World, logins: Record<string, string>, rights: Rights): Promise<Emulator> {
  appKey ??= makeAppKey()
  const privateKey = await appKey
  const people = [...world.people.values()]
  const seed = {
    tokens: Object.fromEntries(Object.entries(logins).map(([token, login]) => [token, { login }])),
    github: {
      users: people.map(({ login }) => ({ login, email: `${login}@example.com` })),
      orgs: [
        {
          login: world.seed.login,
          name: world.seed.name,
          members: people
            .filter(({ standing }) => standing !== 'outside')
            .map(({ login, standing }) => ({ login, role: standing === 'owner' ? 'admin' : 'member' })),
        },
      ],
      repos: [...world.repositories.values()].map(({ seed: { name, language, empty }, visibility, defaultBranch }) => ({
        owner: world.seed.login,
        name,
        private: visibility !== 'public',
        default_branch: defaultBranch,
        auto_init: !empty,
        ...(language && { language }),
      })),
      apps: [
        {
          app_id: APP.id,
          slug: APP.slug,
          name: 'Affiant (demo data)',
          private_key: privateKey,
          permissions: rights,
          installations: [
            { installation_id: APP.installationId, account: world.seed.login, repository_selection: 'all' },
          ],
        },
      ],
    },
  }
  const emulator = await createEmulator({ service: 'github', port: 0, hostname: '127.0.0.1', seed })
  const { port } = new URL(emulator.url)

  return {
    privateKey,
    forward: async ({ base, ...message }) => {
      const answer = await send(Number(port), message)
      const ours = (text: string) => text.replaceAll(emulator.url, base)
      const { link } = answer.headers
      return {
        status: answer.status,
        headers: link === undefined ? {} : { link: ours(link) },
        body: Buffer.from(ours(amend(world, base, message.path, answer))),
      }
    },
    close: () => emulator.close(),
  }
}

function send(
  port: number,
  { method, path, headers, body }: { method: string; path: string; headers: Record<string, string>; body: Buffer },
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const link = incoming.headers['link']
        resolve({
          status: incoming.statusCode ?? 502,
          headers: typeof link === 'string' ? { link } : {},
          body: Buffer.concat(chunks),
        })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** `emulate` has no forks, archives or rulesets, and its branches no links: what the seed says of a repository or branch overrides its answer. */
function amend(world: World, base: string, path: string, { status, body }: Answered): string {
  const [, owner, name, branch] = /^\/repos\/([^/]+)\/([^/?]+)(?:\/branches\/([^?]+))?(?:\?|$)/.exec(path) ?? []
  const found = owner === world.seed.login ? world.repositories.get(name ?? '') : undefined
  const text = body.toString()
  if (!found || status !== 200) return text
  const own =
    branch === undefined
      ? { ...shapes.repository(base, world, found, 'admin'), network_count: 0, subscribers_count: 0 }
      : branchFacts(base, found, branch)
  return JSON.stringify({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(text)), ...own })
}

function branchFacts(base: string, found: Repository, branch: string) {
  const self = `${base}/repos/${found.fullName}/branches/${branch}`
  const enabled = found.seed.classic !== undefined && decodeURIComponent(branch) === found.defaultBranch
  return {
    _links: { self, html: `https://github.example.com/${found.fullName}/tree/${branch}` },
    protected: enabled || rulesetsOn(found, decodeURIComponent(branch)).length > 0,
    protection: { enabled, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } },
    protection_url: `${self}/protection`,
  }
}
