import type { GithubServer } from '../../servers/github/index.ts'
import { fastClock } from './fast-clock.ts'
import { runSource, type SourceRun } from './run-source.ts'
import { githubSource } from './workspace.ts'

export interface GithubRunOptions {
  token?: string
  checks?: object
}

/** Reads an emulated GitHub through the whole engine, from the config file to the sealed and verified bundle. */
export function runGithub(server: GithubServer, options: GithubRunOptions = {}): Promise<SourceRun> {
  process.env.E2E_GITHUB_TOKEN = options.token ?? server.tokens.owner
  return runSource({ sources: [githubSource(server)], checks: options.checks ?? {}, clock: fastClock() })
}
