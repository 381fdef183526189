import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair } from '../../../src/bundle/keys.ts'
import type { GithubServer } from '../../servers/github/index.ts'
import type { OktaServer } from '../../servers/okta/index.ts'

/** A folder as a user has it: config, keys and an evidence folder. */
export interface Workspace extends AsyncDisposable {
  folder: string
  store: string
  publicPem: string
  /** Path of a file in the folder. */
  path(name: string): string
  /** Writes `affiant.yaml` (JSON is YAML) and returns its path. */
  config(config: object): Promise<string>
}

export async function workspace(): Promise<Workspace> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'affiant-e2e-'))
  const path = (name: string) => join(folder, name)
  const keys = generateKeyPair()
  await fs.writeFile(path('key.pem'), keys.privatePem, { mode: 0o600 })
  await fs.writeFile(path('key.pub.pem'), keys.publicPem)
  await fs.writeFile(path('pseudonyms.key'), randomBytes(32).toString('base64'), { mode: 0o600 })
  return {
    folder,
    path,
    store: path('evidence'),
    publicPem: keys.publicPem,
    async config(config) {
      const base = {
        version: 1,
        installation: 'e2e',
        store: { path: './evidence' },
        signing: { key: { file: './key.pem' } },
        pseudonyms: { key: { file: './pseudonyms.key' } },
      }
      await fs.writeFile(path('affiant.yaml'), JSON.stringify({ ...base, ...config }, undefined, 2))
      return path('affiant.yaml')
    },
    [Symbol.asyncDispose]: () => fs.rm(folder, { recursive: true, force: true }),
  }
}

/** The source of an emulated GitHub; its token is read from the environment variable `E2E_GITHUB_TOKEN`. */
export function githubSource({ url, organization }: Pick<GithubServer, 'url' | 'organization'>) {
  return {
    id: 'github',
    collector: 'github',
    demo: true,
    config: { organization: organization.login, baseUrl: url },
    secrets: { token: { env: 'E2E_GITHUB_TOKEN' } },
  }
}

/** The source of an emulated Okta; its API token is read from the environment variable `E2E_OKTA_TOKEN`. */
export function oktaSource({ url }: Pick<OktaServer, 'url'>, config: object = {}) {
  return {
    id: 'okta',
    collector: 'okta',
    demo: true,
    config: { orgUrl: url, ...config },
    secrets: { token: { env: 'E2E_OKTA_TOKEN' } },
  }
}
