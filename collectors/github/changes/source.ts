import type { ReadError } from 'affiant/sdk'
import type { ChangedRepository, Commit, Pull, ReportedChecks } from './model.ts'

/** One page of something, with what it was asked with. */
export interface SourcePage<T> {
  items: readonly T[]
  cursor: string
}

/** One of the two routes by which changes are read. */
export interface ChangeSource {
  /** Every repository these credentials see; `failure` says why one is not told of in full. */
  repositories(): AsyncIterable<SourcePage<{ repository: ChangedRepository; failure: ReadError | undefined }>>
  /** Pull requests that were merged since a time, and perhaps some before. */
  pulls(repository: ChangedRepository, since: number): AsyncIterable<SourcePage<Pull>>
  /** What can be reached from a commit, newest first. */
  commits(repository: ChangedRepository, head: string): AsyncIterable<readonly Commit[]>
  checks(repository: ChangedRepository, sha: string): Promise<ReportedChecks>
}

/** Keys of tickets in a title and text, each once. */
export function workItemKeys(texts: readonly (string | null)[], pattern: RegExp | undefined): string[] {
  if (pattern === undefined) return []
  const found = texts.flatMap((text) => [...(text ?? '').slice(0, LONGEST_TEXT).matchAll(pattern)].map(([key]) => key))
  return [...new Set(found)].slice(0, MOST_KEYS)
}

const LONGEST_TEXT = 20_000
const MOST_KEYS = 50
