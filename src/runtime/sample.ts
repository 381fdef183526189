import * as fs from 'node:fs/promises'
import { resolve } from 'node:path'
import { assertMaySign } from '../bundle/keys-list.ts'
import { type SampleJob, type TakenSample, takeSample } from '../bundle/sample/take-sample.ts'
import type { Config } from '../config/config.ts'
import type { Clock } from '../sdk/context.ts'
import { asideId } from './aside.ts'
import { systemClock } from './clock.ts'
import { assertOutsideStore } from './outside-store.ts'
import { openFolderTarget } from './sample-folder.ts'
import { openConfigSigner } from './signer.ts'
import { openStore, thisAgent } from './store.ts'
import { openStamp } from './timestamp.ts'

export interface SampleToTake extends Omit<SampleJob, 'sampledAt'> {
  config: Config
  /** The folder to write. */
  path: string
  /** Ends it, leaving nothing behind, until the entry is appended. */
  signal?: AbortSignal
  onWarning?: (message: string) => void
  /** Tests set the clock. */
  clock?: Clock
  /** Further files of the folder, once the sample stands in the ledger: text by name. */
  describe: (taken: TakenSample) => Promise<Readonly<Record<string, string>>>
}

const MANIFEST = 'manifest-sha256.txt'

/**
 * Samples a population of the store of a config: writes a folder and appends a signed entry. The folder has its name only when it
 * is whole.
 * @throws UserError, BundleError, StoreError; the signal's reason
 */
export async function sampleEvidence(job: SampleToTake): Promise<TakenSample & { path: string }> {
  const { config, clock = systemClock, signal } = job
  const path = resolve(job.path)
  await assertOutsideStore(path)
  const store = openStore(config.store.path)
  const signer = await openConfigSigner(config, clock)
  await assertMaySign(store, signer.keyId)
  const stamp = await openStamp(config.timestamps, { clock, onWarning: job.onWarning })
  const agent = await thisAgent(config.installation)
  const target = await openFolderTarget(fs, path, asideId())
  try {
    const taken = await takeSample(
      { store, signer, agent, ...(stamp && { stamp }) },
      { ...job, sampledAt: clock.now() },
      {
        async write(name, chunks) {
          signal?.throwIfAborted()
          await target.write(name, chunks)
        },
      },
    )
    for (const [name, text] of Object.entries(await job.describe(taken))) await target.write(name, [text])
    await target.write(MANIFEST, [target.manifest()])
    await target.publish()
    return { ...taken, path }
  } catch (error) {
    await target.discard()
    throw error
  }
}
