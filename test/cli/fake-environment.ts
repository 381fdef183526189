import * as fs from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Environment, Output, Runtime } from '../../src/cli/environment.ts'
import { runProgram } from '../../src/cli/program.ts'
import type { Config } from '../../src/config/config.ts'
import type { LoadedMapping } from '../../src/model/control.ts'
import { UserError } from '../../src/model/user-error.ts'
import { loadCrosswalks } from '../../src/runtime/crosswalks.ts'
import { kindOf, openEvidenceFile } from '../../src/runtime/evidence-file.ts'
import { writeNewStream } from '../../src/runtime/files.ts'
import { initKeys } from '../../src/runtime/keys-init.ts'
import { revokeLedgerKey, rotateKeys } from '../../src/runtime/keys.ts'
import { writeReportFolder } from '../../src/runtime/report.ts'
import { openConfigSigner, openPassphrase, readPrivateFile } from '../../src/runtime/signer.ts'
import { pemBlocks } from '../../src/runtime/tsa-roots.ts'
import type { Collector } from '../../src/sdk/collector.ts'
import { createFsStore } from '../../src/store/fs.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { silentLog } from '../support/pipeline.ts'

export interface Fake {
  environment: Environment
  out(): string
  err(): string
  /** Presses Ctrl-C. */
  interrupt(): void
  /** Exit statuses the program left with at once. */
  left: number[]
  runtimeLoads(): number
}

export interface FakeOptions {
  cwd: string
  runtime?: Partial<Runtime>
  collectors?: readonly Collector[]
  config?: Partial<Config>
  columns?: number
}

export const mapping: LoadedMapping = {
  mapping: {
    id: 'test-map',
    catalog: 'test',
    controls: [
      {
        control: 'A.8.5',
        evidence: [
          { check: 'fake.mfa-on', strength: 'direct', shows: 'Who has it.', 'not-shown': 'When it is asked for.' },
        ],
      },
      { control: 'A.7.1', manual: { reason: 'Doors are not read.', owner: 'Facilities', cadence: 'yearly' } },
    ],
  },
  catalog: {
    id: 'test',
    title: 'Test',
    source: 'test',
    controls: [
      { id: 'A.7.1', title: 'Perimeters', theme: 'physical', attributes: attributes('preventive') },
      { id: 'A.8.5', title: 'Authentication', theme: 'technological', attributes: attributes('detective') },
    ],
  },
  sha256: '0'.repeat(64),
}

function attributes(type: string) {
  return { type: [type], property: [], concept: [], capability: [], domain: [] }
}

/** An environment over a real folder, with everything else in memory. */
export function fakeEnvironment(options: FakeOptions): Fake {
  const texts = { out: '', err: '' }
  const output = (name: 'out' | 'err'): Output => ({
    async write(text) {
      texts[name] += text
    },
    isTty: false,
    columns: options.columns ?? 80,
    color: false,
  })
  const interrupts = new Set<() => void>()
  const left: number[] = []
  let loads = 0
  const runtime = fakeRuntime(options)
  return {
    out: () => texts.out,
    err: () => texts.err,
    interrupt: () => {
      for (const act of interrupts) act()
    },
    left,
    runtimeLoads: () => loads,
    environment: {
      async runtime() {
        loads += 1
        return runtime
      },
      stdout: output('out'),
      stderr: output('err'),
      env: {},
      cwd: options.cwd,
      onInterrupt(act) {
        interrupts.add(act)
        return { [Symbol.dispose]: () => void interrupts.delete(act) }
      },
      leave: (code) => void left.push(code),
    },
  }
}

function fakeRuntime({ cwd, collectors = [], config, runtime }: FakeOptions): Runtime {
  const at = (path: string) => resolve(cwd, path)
  const loaded = collectors.map((collector) => ({ collector }))
  const defaults: Runtime = {
    agentVersion: async () => '1.2.3',
    standaloneVerifiers: async () => [{ file: 'affiant-verify.mjs', sha256: 'c'.repeat(64) }],
    buildDigest: async () => '1'.repeat(64),
    remakeExportReport: async () => async () => ({ cannot: 'the test makes no reports' }),
    builtInCollectors: async () => loaded,
    loadMappings: async () => mapping,
    // The real one: it reads the files of the package, or those that are named.
    loadCrosswalks,
    openStore: (path) => createFsStore(fs, at(path), { pid: process.pid, host: 'test', startedAt: new Date(0) }),
    systemClock: manualClock(),
    async loadConfigFile(path) {
      if (config === undefined) throw new UserError(`there is no ${path}`, 'Write one with "affiant init".')
      const complete = {
        path: at(path),
        folder: cwd,
        installation: 'test',
        store: { path: at('evidence') },
        timestamps: [],
        signing: { key: { file: at('keys/collector.pem'), path: 'signing.key', position: { line: 1, column: 1 } } },
        sources: [],
        jobs: [{ id: 'default', timeZone: 'UTC', sources: [] }],
        mappings: [],
        ...config,
      } as unknown as Config
      return { config: complete, sha256: '2'.repeat(64), collectors: loaded, warnings: [] }
    },
    async checkConfigFile() {
      return { problems: [] }
    },
    async runJob() {
      throw new Error('this test runs no job')
    },
    async exportEvidence() {
      throw new Error('this test exports nothing')
    },
    async sampleEvidence() {
      throw new Error('this test samples nothing')
    },
    preferSmallMemory() {},
    writeReportFolder: async (path, files, signal) => writeReportFolder(at(path), files, signal),
    writeNewStream: async (path, content, signal) => writeNewStream(at(path), content, signal),
    async examineSources() {
      throw new Error('this test examines nothing')
    },
    async readRootsFile() {
      throw new Error('this test has no roots')
    },
    async stampStore() {
      throw new Error('this test stamps nothing')
    },
    // These are the real ones: they work on the files of the folder.
    initKeys,
    rotateKeys,
    revokeLedgerKey,
    openConfigSigner,
    openPassphrase,
    readPrivateFile,
    pemBlocks,
    kindOf: async (path) => kindOf(at(path)),
    openEvidenceFile: async (path) => openEvidenceFile(at(path)),
    async serveLoopback() {
      throw new Error('this test serves nothing')
    },
    async readTextFile(path) {
      try {
        return await fs.readFile(at(path), 'utf8')
      } catch {
        throw new UserError(`cannot read ${path}`, 'Check the path.')
      }
    },
    exists: (path) =>
      fs.stat(at(path)).then(
        () => true,
        () => false,
      ),
    async writeNewFile(path, content, { private: secret = false } = {}) {
      await fs.mkdir(dirname(at(path)), { recursive: true })
      await fs.writeFile(at(path), content, { flag: 'wx', mode: secret ? 0o600 : 0o644 })
    },
    randomBytes: (size) => new Uint8Array(size).fill(7),
    configSchemaPath: at('node_modules/affiant/config.schema.json'),
    createLog: async () => silentLog,
  }
  return { ...defaults, ...runtime }
}

/** Runs a command line as `main.ts` would. */
export async function affiant(args: string, options: FakeOptions) {
  const fake = fakeEnvironment(options)
  const exitCode = await runProgram(args.split(' ').filter(Boolean), fake.environment)
  return { exitCode, out: fake.out(), err: fake.err(), fake }
}
