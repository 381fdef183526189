/**
 * Who may import whom. One row a layer; whatever a row does not name is forbidden. Imports of types follow the same
 * table, except that types of node's builtins are free wherever `builtins` is not `never` (functions take `fs`, `spawn` and
 * the like as arguments and name their types).
 */
export interface Layer {
  name: string
  files: RegExp
  /** Layers whose files it may import, by name; its own is always among them. */
  layers: readonly string[]
  /** npm packages: a list of names, or `libraries` for all of `dependencies` but the vendors' SDKs. */
  packages: readonly string[] | 'libraries'
  /** `pure`: those of {@link PURE_BUILTINS}. `types`: only their types. `never`: not even those. */
  builtins: 'any' | 'pure' | 'types' | 'never'
}

const STAGES = ['config', 'collect', 'evaluate', 'bundle', 'store', 'report', 'worker']
const SHAPES = ['sdk', 'model']

const stage = (name: string): Layer => ({
  name,
  files: new RegExp(`^src/${name}/`),
  layers: SHAPES,
  packages: 'libraries',
  builtins: 'pure',
})

export const LAYERS: readonly Layer[] = [
  { name: 'sdk', files: /^src\/sdk\//, layers: [], packages: ['zod'], builtins: 'never' },
  {
    name: 'model',
    files: /^src\/model\//,
    layers: ['sdk'],
    packages: ['zod', 'canonicalize', 'fastest-levenshtein'],
    builtins: 'types',
  },
  ...STAGES.map(stage),
  {
    name: 'run',
    files: /^src\/(?:run|replay|index-entries|previous|report-source|export-report|period-source)\.ts$/,
    layers: [...STAGES, ...SHAPES],
    packages: [],
    builtins: 'pure',
  },
  {
    name: 'runtime',
    files: /^src\/runtime(?:\/[a-z-]+)?\.ts$/,
    layers: [...STAGES, ...SHAPES, 'run', 'registry'],
    packages: 'libraries',
    builtins: 'any',
  },
  {
    name: 'cli',
    files: /^src\/cli\//,
    // Collecting is reached through run.ts only; the other stages may meet in a command.
    layers: [...STAGES.filter((name) => name !== 'collect'), ...SHAPES, 'run', 'runtime'],
    packages: 'libraries',
    builtins: 'pure',
  },
  // The verifiers that are built into one file each: composition roots that read a file and nothing else.
  {
    name: 'verifier',
    files: /^src\/verifier\//,
    layers: ['bundle', 'report', 'runtime', ...SHAPES],
    packages: ['zod'],
    builtins: 'any',
  },
  // What an author of a collector tests with: it may run the engine, and serve HTTP on the loopback.
  {
    name: 'testing',
    files: /^src\/testing\//,
    layers: [...STAGES, ...SHAPES, 'run'],
    packages: 'libraries',
    builtins: 'any',
  },
  {
    name: 'registry',
    files: /^collectors\/index\.ts$/,
    layers: ['collector'],
    packages: ['affiant/sdk'],
    builtins: 'never',
  },
  // As an author outside this repository would write it: the SDK by its package name, and the collector's own folder.
  { name: 'collector', files: /^collectors\/[^/]+\//, layers: [], packages: ['affiant/sdk'], builtins: 'pure' },
]

/** Builtins that read nothing of the machine: no files, no processes, no network, no clock. */
export const PURE_BUILTINS = [
  'node:async_hooks',
  'node:buffer',
  'node:crypto',
  'node:events',
  'node:path',
  'node:path/posix',
  'node:stream',
  'node:stream/promises',
  'node:string_decoder',
  'node:url',
  'node:util',
  'node:zlib',
]

/** Packages of vendors: imported by a collector's `client.ts` or `clients/`, by the signer of a key service, and nowhere else. */
export const VENDOR_SDK =
  /^(?:@octokit|@okta|@aws-sdk|@smithy|@azure|@microsoft|@google-cloud|@googleapis|@slack|@gitbeaker)\/|^googleapis$/

/** @see VENDOR_SDK */
export const VENDOR_SDK_FILE =
  /^(?:collectors\/[^/]+\/(?:client|clients\/[a-z0-9-]+)|src\/runtime\/(?:kms|machine))\.ts$/

/** The one file of the package that may import the test runner: an author's test file calls it. */
export const VITEST_FILE = 'src/testing/run-contract.ts'

/** Files of a collector that may use `affiant/testing`. */
export const COLLECTOR_TEST_FILE = /^collectors\/[^/]+\/(?:fixture(?:-[a-z]+)?\.ts$|.*\.test\.ts$)/

/** Globals that read the machine, the clock or the network; `files` may use them. */
export interface GlobalRule {
  rule: string
  names: readonly string[]
  files: RegExp
}

export const RUNTIME = /^src\/runtime(?:\/[a-z-]+)?\.ts$/

export const GLOBALS: readonly GlobalRule[] = [
  {
    rule: 'global-process',
    names: ['process'],
    files: /^src\/(?:runtime|runtime\/[a-z-]+|cli\/main|verifier\/program)\.ts$/,
  },
  { rule: 'global-network', names: ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'], files: RUNTIME },
  { rule: 'global-timer', names: ['setTimeout', 'setInterval'], files: RUNTIME },
  // Takes no time of its own, so the manual clock may use it to let pending work settle.
  {
    rule: 'global-timer',
    names: ['setImmediate'],
    files: /^src\/(?:runtime\.ts|runtime\/[a-z-]+\.ts|testing\/clock\.ts)$/,
  },
  { rule: 'global-clock', names: ['performance', 'Temporal'], files: RUNTIME },
  // A way round every line above.
  { rule: 'global-object', names: ['globalThis', 'global', 'self', 'require', 'eval', 'Function'], files: RUNTIME },
]

/** Members of globals under the same rule. Other members stay free; handing the object on (`const { now } = Date`) does not. */
export const GLOBAL_MEMBERS: readonly { rule: string; object: string; members: RegExp; files: RegExp }[] = [
  { rule: 'global-clock', object: 'Date', members: /^now$/, files: RUNTIME },
  { rule: 'global-random', object: 'Math', members: /^random$/, files: RUNTIME },
  { rule: 'global-random', object: 'crypto', members: /^(?:randomUUID|getRandomValues)$/, files: RUNTIME },
  { rule: 'global-timer', object: 'AbortSignal', members: /^timeout$/, files: RUNTIME },
]

/** Imports of `node:crypto` that give other bytes each time. Making a key pair is the user's explicit wish and stays allowed. */
export const RANDOM_IMPORTS = /^(?:random\w*|getRandomValues|webcrypto)$/

/** What a file must not reach through any chain of imports. */
export interface ReachRule {
  rule: string
  from: RegExp
  never: RegExp
  /** Files that are not looked into: they are replaced where the rule matters. */
  except?: RegExp
  /** `loading`: only what is evaluated when the file is loaded. `running`: later too. `all`: every import, of types too. */
  imports: 'loading' | 'running' | 'all'
}

export const REACH: readonly ReachRule[] = [
  // Verification believes bytes and a key, nothing that took part in writing them.
  {
    rule: 'verify-stands-alone',
    from: /^src\/bundle\/verify(?:-export)?\.ts$/,
    never:
      /^src\/(?:bundle\/(?:seal|ledger-append|keys-append|late-tokens-add|timestamp-client|export\/write-[a-z]+)\.ts$|(?:config|collect|evaluate|store|report|worker|cli|testing)\/|run\.ts|runtime(?:\/[a-z-]+)?\.ts)|^collectors\//,
    imports: 'all',
  },
  // A verifier also runs in a browser, where crypto-web.ts takes the place of crypto.ts and nothing that of other builtins.
  {
    rule: 'verify-needs-no-node',
    from: /^src\/bundle\/(?:verify|verify-export|export\/open-export)\.ts$/,
    never: /^node:/,
    except: /^src\/bundle\/crypto\.ts$/,
    imports: 'running',
  },
  // Listing collectors, validating a config and `--help` must not pay for a vendor's SDK.
  {
    rule: 'manifest-is-light',
    from: /^collectors\/[^/]+\/index\.ts$/,
    never: /^npm:(?!affiant\/sdk$)/,
    imports: 'loading',
  },
  // An optional package: whoever signs with a key in a file neither needs nor loads it.
  {
    rule: 'key-services-are-loaded-late',
    from: /^src\/(?:runtime(?:\/[a-z-]+)?|cli\/[a-z-]+)\.ts$/,
    never: /^npm:@aws-sdk\//,
    imports: 'loading',
  },
  // Only what reads a source pays for the rules that know what a credential looks like.
  {
    rule: 'credential-rules-are-loaded-late',
    from: /^src\/(?:runtime|cli\/main)\.ts$/,
    never: /^npm:@secretlint\//,
    imports: 'loading',
  },
]
