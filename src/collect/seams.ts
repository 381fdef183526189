import type { spawn } from 'node:child_process'
import type { KeptFiles } from '../model/kept-files.ts'
import type { Clock, Command, Fetch, Log, Machine } from '../sdk/context.ts'
import { asReadError } from '../sdk/errors.ts'
import { createCommand } from './command.ts'
import { createFetch } from './http.ts'
import { createLimiter } from './limiter.ts'
import { createKeptAnswers, type KeptAnswers } from './kept-answers.ts'
import { knowQueries } from './queries.ts'
import type { Source } from './source.ts'
import { lendOnly, lendsNothing } from './machine.ts'
import { current } from './trace.ts'

/** The ways out of the process, as the operating system gives them. */
export interface Outside {
  fetch: Fetch
  spawn: typeof spawn
  /** Lends the credentials of the machine; left out, it has none. */
  machine?: Machine
  env: Readonly<Record<string, string | undefined>>
  /** Folder that relative paths of commands start from. */
  folder: string
  clock: Clock
  /** A number in [0, 1). */
  random: () => number
  log: Log
  /** Where answers are kept between runs, and the secret they are kept under. Left out, none are. */
  kept?: { files(source: string): KeptFiles; secret: Uint8Array } | undefined
}

export interface Seams {
  fetch: Fetch
  command: Command
  machine: Machine
  /** When nothing is read any more. */
  close(): Promise<void>
}

/** The ways out a collector has. They keep to the manifest, write receipts, and note every failure for somebody to account for. */
export function openSeams(source: Source, outside: Outside): Seams {
  const { clock, log, random } = outside
  const kept = keptAnswersOf(source, outside)
  const fetch = createFetch({
    fetch: outside.fetch,
    clock,
    limiter: createLimiter(source.limits, clock, source.concurrency ?? source.collector.concurrency),
    reads: source.collector.reads ?? [],
    naming: source.collector.naming,
    queries: knowQueries(source.collector),
    throttling: source.collector.throttling,
    kept,
    random,
    log,
  })
  const run = createCommand({
    spawn: outside.spawn,
    env: outside.env,
    folder: outside.folder,
    allowed: source.collector.commands,
    clock,
    signal: () => current().trace.signal,
    onReceipt: (receipt) => current().trace.receipt(receipt),
  })
  const command: Command = async function* (program, args, options) {
    const { stretch } = current()
    try {
      yield* run(program, args, options)
    } catch (error) {
      stretch.failures.push(asReadError(error))
      throw error
    }
  }
  return {
    fetch,
    command,
    machine: lendOnly(outside.machine ?? lendsNothing, source.collector.machine ?? []),
    close: async () => kept?.close(),
  }
}

/** What one principal may see is not shown to another: config and credentials are part of what an answer belongs to. */
function keptAnswersOf({ id, collector, config, secrets }: Source, { kept, log }: Outside): KeptAnswers | undefined {
  if (kept === undefined || collector.conditional !== true) return undefined
  const revealed = Object.keys(secrets)
    .sort()
    .map((name) => [name, secrets[name]?.reveal()])
  const owner = [id, collector.id, JSON.stringify(config) ?? '', JSON.stringify(revealed)]
  return createKeptAnswers({ files: kept.files(id), secret: kept.secret, owner, log })
}
