import fs from 'node:fs/promises'
import type { WithholdRule } from '../../src/bundle/export/withhold.ts'
import { exportEvidence, loadConfigFile, runJob } from '../../src/runtime.ts'
import { startGithub } from '../servers/github/index.ts'
import { fastClock } from '../e2e/support/fast-clock.ts'
import { githubSource, type Workspace, workspace } from '../e2e/support/workspace.ts'
import { silentLog } from '../support/pipeline.ts'
import { filesOf, removeReport, unpackedReport } from './support.ts'

/** An organisation on an emulated GitHub, read once; and the export of it that an auditor is given. */
export interface World extends AsyncDisposable {
  at: Workspace
  /** The export. */
  bytes: Buffer
  /** Folder of the report in it, unpacked. */
  report: string
  /** Folder of the report of the run. */
  run: string
  /** Paths of its pages. */
  pages: readonly string[]
  /** Exports the same run again. */
  exported(file: string, withhold: readonly WithholdRule[]): Promise<Buffer>
}

const nothing = () => {}

export async function acme(): Promise<World> {
  const at = await workspace()
  const server = await startGithub()
  try {
    process.env.E2E_GITHUB_TOKEN = server.tokens.owner
    const loaded = await loadConfigFile(await at.config({ sources: [githubSource(server)] }))
    const { number } = await runJob({
      loaded,
      trigger: 'manual',
      signal: new AbortController().signal,
      log: silentLog,
      progress: { sourceOpened: nothing, itemStarted: nothing, itemPage: nothing, itemEnded: nothing },
      clock: fastClock(),
    })
    const exported: World['exported'] = async (file, withhold) => {
      const { path } = await exportEvidence({
        config: loaded.config,
        scope: { from: '2000-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' },
        withhold,
        recipient: 'Example Auditors Ltd',
        path: at.path(file),
        report: { frameworks: ['nist-csf-2.0'], populations: true },
      })
      return fs.readFile(path)
    }
    const bytes = await exported('acme.evx.tar', [])
    const report = await unpackedReport(bytes)
    return {
      at,
      bytes,
      report,
      run: `${report}/runs/${number}`,
      pages: await filesOf(report, '.html'),
      exported,
      async [Symbol.asyncDispose]() {
        await removeReport(report)
        await at[Symbol.asyncDispose]()
      },
    }
  } finally {
    await server.close()
  }
}
