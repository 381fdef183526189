import * as fs from 'node:fs/promises'
import { resolve } from 'node:path'
import type { MakeReport } from '../bundle/export/survey.ts'
import { type Exported, type ExportRequest, writeExport } from '../bundle/export/write-export.ts'
import { assertMaySign } from '../bundle/keys-list.ts'
import type { Config } from '../config/config.ts'
import type { Clock } from '../sdk/context.ts'
import { asideId } from './aside.ts'
import { systemClock } from './clock.ts'
import { openExportTarget } from './export-file.ts'
import { type ReportToExport, reportOfExport } from './export-report.ts'
import { assertOutsideStore } from './outside-store.ts'
import { openConfigSigner } from './signer.ts'
import { preferSmallMemory } from './small-memory.ts'
import { openStore, thisAgent } from './store.ts'
import { openStamp } from './timestamp.ts'
import { pemBlocks } from './tsa-roots.ts'

export interface ExportJob extends Pick<ExportRequest, 'scope' | 'withhold' | 'recipient'> {
  config: Config
  /** Where to write. */
  path: string
  /** Absent: the export gets no report. */
  report?: ReportToExport
  /** Ends it, leaving nothing behind. */
  signal?: AbortSignal
  onWarning?: (message: string) => void
  /** Told how much will be written, before it is. */
  onSurveyed?: (found: { runs: number; archiveBytes: number }) => void
  /** Tests set the clock. */
  clock?: Clock
}

export interface ExportedFile extends Exported {
  /** Absolute. */
  path: string
  file: { bytes: number; sha256: string }
}

/**
 * Writes an export of the store of a config, signed by its signer. The file has its name only when it is whole.
 * @throws UserError, BundleError, StoreError; the signal's reason
 */
export async function exportEvidence(job: ExportJob): Promise<ExportedFile> {
  if (job.report) preferSmallMemory()
  const { config, clock = systemClock, signal } = job
  const path = resolve(job.path)
  await assertOutsideStore(path)
  const store = openStore(config.store.path)
  const signer = await openConfigSigner(config, clock)
  await assertMaySign(store, signer.keyId)
  const stamp = await openStamp(config.timestamps, { clock, onWarning: job.onWarning })
  const roots = config.timestamps.flatMap(({ rootsFile }) => rootsFile ?? [])
  const tsaRoots = new Set((await Promise.all([...new Set(roots)].map(pemBlocks))).flat())
  const exportedAt = clock.now()
  const period = { from: job.scope.from, to: job.scope.to }
  const report = job.report && (await reportOfExport(job.report, { period, exportedAt: exportedAt.toISOString() }))
  const target = await openExportTarget(fs, path, asideId())
  try {
    const exported = await writeExport(
      { store, signer, agent: await thisAgent(config.installation), ...(stamp && { stamp }) },
      {
        scope: job.scope,
        withhold: job.withhold,
        recipient: job.recipient,
        exportedAt,
        tsaRoots: [...tsaRoots],
        ...(report && { report: interruptible(report, signal) }),
        async onSurveyed(found) {
          await target.assertSpace(found.archiveBytes)
          job.onSurveyed?.(found)
        },
      },
      {
        async write(bytes) {
          signal?.throwIfAborted()
          await target.write(bytes)
        },
        restart: () => target.restart(),
      },
    )
    return { ...exported, path, file: await target.publish() }
  } catch (error) {
    await target.discard()
    throw error
  }
}

/** Making a report can take longer than writing it. */
function interruptible(make: MakeReport, signal: AbortSignal | undefined): MakeReport {
  return async function* (reader) {
    for await (const file of make(reader)) {
      signal?.throwIfAborted()
      yield file
    }
  }
}
