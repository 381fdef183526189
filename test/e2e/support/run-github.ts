import type { GithubServer } from '../../servers/github/index.ts'
import type { Period } from '../../../src/sdk/context.ts'
import { fastClock } from './fast-clock.ts'
import { runSource, type SourceRun } from './run-source.ts'
import { githubSource } from './workspace.ts'

export interface GithubRunOptions {
  token?: string
  checks?: object
  period?: Period
}

/** Reads an emulated GitHub through the whole engine, from the config file to the sealed and verified bundle. */
export function runGithub(server: GithubServer, options: GithubRunOptions = {}): Promise<SourceRun> {
  process.env.E2E_GITHUB_TOKEN = options.token ?? server.tokens.owner
  const { checks = {}, period } = options
  return runSource({ sources: [githubSource(server)], checks, clock: fastClock(), ...(period && { period }) })
}
