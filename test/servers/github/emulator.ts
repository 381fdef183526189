import { generateKeyPair } from 'node:crypto'
import { request } from 'node:http'
import { promisify } from 'node:util'
import { createEmulator } from 'emulate'
import type { Rights } from './principal.ts'
import type { World } from './world.ts'

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
/** The app is installed in every organisation of the server. */
export const installationOf = (index: number) => APP.installationId + index

/** Made once per process: an RSA key takes up to a second. */
let appKey: Promise<string> | undefined
async function makeAppKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}

/** Repositories that `emulate` is told of. It answers nothing about them that we do not. */
const REPOSITORIES = 20

/** Starts npm `emulate` on loopback with the people, some repositories and the app of the seeds. */
export async function startEmulator(
  worlds: readonly World[],
  logins: Record<string, string>,
  rights: Rights,
): Promise<Emulator> {
  appKey ??= makeAppKey()
  const privateKey = await appKey
  const names = new Set(worlds.flatMap(({ people }) => [...people.keys()]))
  const seed = {
    tokens: Object.fromEntries(Object.entries(logins).map(([token, login]) => [token, { login }])),
    github: {
      users: [...names].map((login) => ({ login, email: `${login}@example.com` })),
      orgs: worlds.map((world) => ({
        login: world.seed.login,
        name: world.seed.name,
        members: [...world.people.values()]
          .filter(({ standing }) => standing !== 'outside')
          .map(({ login, standing }) => ({ login, role: standing === 'owner' ? 'admin' : 'member' })),
      })),
      repos: worlds.flatMap((world) =>
        [...world.repositories.values()]
          .slice(0, REPOSITORIES)
          .map(({ seed: { name, empty }, visibility, defaultBranch }) => ({
            owner: world.seed.login,
            name,
            private: visibility !== 'public',
            default_branch: defaultBranch,
            auto_init: !empty,
          })),
      ),
      apps: [
        {
          app_id: APP.id,
          slug: APP.slug,
          name: 'Affiant (demo data)',
          private_key: privateKey,
          permissions: rights,
          installations: worlds.map((world, index) => ({
            installation_id: installationOf(index),
            account: world.seed.login,
            repository_selection: 'all',
          })),
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
        body: Buffer.from(ours(answer.body.toString())),
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
