import { spawn } from 'node:child_process'
import * as fs from 'node:fs/promises'
import type { CollectRequest } from '../collect/collect.ts'
import type { CheckSetting, PlannedSource } from '../collect/plan.ts'
import { openSeams } from '../collect/seams.ts'
import { formatProblems } from '../config/problem.ts'
import { type ResolvedSecrets, resolveSecrets } from '../config/secrets.ts'
import { UserError } from '../model/user-error.ts'
import type { Clock, Log } from '../sdk/context.ts'
import { daysBefore } from '../sdk/days.ts'
import { machineCredentials } from './machine.ts'
import type { LoadedConfig } from './config-file.ts'
import { keptFilesIn } from './kept-files.ts'

/** What a run and the doctor need to read sources: config, secrets and the ways out of the process. */
export interface Reading
  extends Pick<CollectRequest, 'seamsFor' | 'clock' | 'log' | 'period' | 'deadlineMs' | 'concurrency'> {
  sources: readonly PlannedSource[]
  checks: Readonly<Record<string, CheckSetting>>
  secrets: ResolvedSecrets
}

/**
 * Makes sources of a config ready to be read; touches none of them.
 * @param ids of the sources; all of them exist
 * @param options.keeps whether answers of sources are kept in the store until the next run; only for who has its lock
 * @throws UserError with every secret that is missing or wrong
 */
export async function prepareReading(
  { config, collectors }: LoadedConfig,
  ids: readonly string[],
  { clock, log, keeps = false }: { clock: Clock; log: Log; keeps?: boolean },
): Promise<Reading> {
  const resolved = await resolveSecrets(config, { env: process.env, fs, uid: process.getuid?.() }, ids)
  if (!resolved.ok) {
    throw new UserError(
      formatProblems(resolved.problems, config.path),
      'Set what is missing; "affiant validate" checks it without reading any source.',
    )
  }
  const { secrets } = resolved
  const outside = {
    fetch: globalThis.fetch,
    spawn,
    machine: machineCredentials,
    env: process.env,
    folder: config.folder,
    random: Math.random,
    kept: keeps
      ? {
          files: (source: string) => keptFilesIn(config.store.path, source),
          secret: Buffer.from(secrets.pseudonymKey.reveal(), 'base64'),
        }
      : undefined,
  }
  const to = clock.now()
  return {
    secrets,
    clock,
    log,
    period: { from: daysBefore(to, config.period.days), to },
    deadlineMs: config.deadline,
    concurrency: config.concurrency,
    checks: Object.fromEntries(
      [...config.checks].map(([id, { params, disabled }]) => [
        id,
        { params: params as Record<string, unknown>, disabled },
      ]),
    ),
    sources: config.sources
      .filter(({ id }) => ids.includes(id))
      .map((source) => ({
        ...source,
        secrets: secrets.sources.get(source.id) ?? {},
        plugin: collectors.find(({ collector }) => collector === source.collector)?.plugin,
      })),
    seamsFor: (source) => openSeams(source, { ...outside, clock, log }),
  }
}
