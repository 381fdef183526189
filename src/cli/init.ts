import { posix } from 'node:path'
import { initConfig } from '../config/init.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import type { InitJson } from '../report/json/config.ts'
import { paragraph, penFor } from '../report/look.ts'
import { letter, rootAdvice } from '../report/show-keys.ts'
import { list } from '../report/words.ts'
import { type JsonOption, lookOf } from './common.ts'
import type { Environment, Output, Runtime } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { type PassphraseOption, rootPassphrase } from './keys.ts'
import { command, shownPath } from './shell.ts'

export interface InitOptions extends JsonOption, PassphraseOption {
  github?: string
  installation?: string
  dir: string
}

const FILES = {
  config: 'affiant.yaml',
  rootKey: 'keys/root.pem',
  rootPublicKey: 'keys/root.pub.pem',
  signingKey: 'keys/collector.pem',
  publicKey: 'keys/collector.pub.pem',
  policy: 'keys/trust-policy.json',
  pseudonymKey: 'keys/pseudonyms.key',
} as const
const STORE = 'evidence'
const PSEUDONYM_KEY_BYTES = 32

/** `affiant init`: a config, keys and a ledger, ready to run. Overwrites nothing. */
export async function init(options: InitOptions, environment: Environment): Promise<number> {
  const { stdout, cwd } = environment
  const runtime = await environment.runtime()
  const folder = posix.resolve(cwd, options.dir)
  await assertNothingThere(folder, runtime)

  const checkout = await findCheckout(folder, runtime)
  const name = posix.basename(checkout ?? folder)
  const installation = options.installation ?? idFrom(name)
  const config = initConfig({
    installation,
    schema: posix.relative(folder, runtime.configSchemaPath),
    store: `./${STORE}`,
    signingKey: `./${FILES.signingKey}`,
    pseudonymKey: `./${FILES.pseudonymKey}`,
    ...(checkout !== undefined && { git: { path: posix.relative(folder, checkout) || '.', name } }),
    ...(options.github !== undefined && { github: { organization: options.github, active: true } }),
  })
  const pseudonymKey = Buffer.from(runtime.randomBytes(PSEUDONYM_KEY_BYTES)).toString('base64')
  const made = await runtime.initKeys({
    installation,
    store: posix.join(folder, STORE),
    folder: posix.join(folder, posix.dirname(FILES.rootKey)),
    collector: { file: posix.join(folder, FILES.signingKey) },
    passphrase: await rootPassphrase(options, environment),
    timestamps: [],
  })
  await runtime.writeNewFile(posix.join(folder, FILES.pseudonymKey), `${pseudonymKey}\n`, { private: true })
  // Last: a folder with a config has all that the config refers to.
  await runtime.writeNewFile(posix.join(folder, FILES.config), config)

  const document: InitJson = {
    schema: 'affiant.init/1',
    installation,
    written: [...made.written, ...[FILES.pseudonymKey, FILES.config].map((file) => posix.join(folder, file))],
    keyId: made.collectorKeyId,
    rootKeyId: made.rootKeyId,
    origin: made.origin,
    genesis: made.genesis,
    policyFile: made.policyFile,
    gitignore: [FILES.rootKey, FILES.signingKey, FILES.pseudonymKey, `${STORE}/`],
  }
  const hasSource = checkout !== undefined || options.github !== undefined
  const { rootFile, rootEncrypted } = made
  const surroundings = { ...options, folder, cwd, hasSource, rootFile, rootEncrypted }
  await stdout.write(options.json ? jsonText(document) : text(document, surroundings, stdout))
  return EXIT.ok
}

async function assertNothingThere(folder: string, { exists }: Runtime): Promise<void> {
  const there: string[] = []
  for (const file of Object.values(FILES)) if (await exists(posix.join(folder, file))) there.push(file)
  if (there.length === 0) return
  throw new UserError(
    `nothing was written, because ${list(there)} ${there.length === 1 ? 'is' : 'are'} there already`,
    'Keys that are lost cannot be made again, so init overwrites nothing. Name another folder with --dir, or move these files away yourself.',
  )
}

/** The folder with `.git` in it: this one or the nearest above. */
async function findCheckout(folder: string, { exists }: Runtime): Promise<string | undefined> {
  for (let at = folder; ; at = posix.dirname(at)) {
    if (await exists(posix.join(at, '.git'))) return at
    if (at === posix.dirname(at)) return undefined
  }
}

/** An id of an installation from the name of a folder. */
function idFrom(name: string): string {
  const id = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '')
  return id === '' ? 'affiant' : id
}

interface Surroundings extends InitOptions {
  folder: string
  cwd: string
  hasSource: boolean
  rootFile: string
  rootEncrypted: boolean
}

function text(document: InitJson, at: Surroundings, stdout: Output): string {
  const { written, gitignore, policyFile } = document
  const look = lookOf(stdout)
  const pen = penFor(look)
  const folder = shownPath(at.cwd, at.folder)
  const config = posix.join(folder, FILES.config)
  const option = config === FILES.config ? [] : ['--config', config]
  const steps = [
    ...(at.hasSource ? [] : [`Name what is to be read under "sources" in ${config}.`]),
    ...(at.github === undefined ? [] : ['Put a token that may read the organization into GITHUB_TOKEN.']),
    command('affiant', 'validate', ...option),
    command('affiant', 'run', ...option),
    command('affiant', 'verify', '1', ...option, '--policy', shownPath(at.cwd, policyFile)),
  ]
  const numbered = (step: string, index: number) => {
    const lead = `  ${index + 1}. `
    // Commands are never wrapped: they are there to be copied.
    return step.startsWith('affiant ') ? `${lead}${pen.plain(step)}` : paragraph(pen.plain(step), look, lead)
  }
  return `${[
    [pen.heading('Written'), ...written.map((path) => `  ${pen.plain(shownPath(at.cwd, path))}`)].join('\n'),
    [
      pen.heading(`Add to ${posix.join(folder, '.gitignore')}`),
      ...gitignore.map((entry) => `  ${pen.plain(entry)}`),
      paragraph(
        pen.faint(
          'Private keys and the key for pseudonyms must not be committed. Back them up: without them runs cannot be continued under the same identity.',
        ),
        look,
        '  ',
      ),
    ].join('\n'),
    letter(document, look),
    [pen.heading('The root key'), ...rootAdvice(at, (path) => shownPath(at.cwd, path), look)].join('\n'),
    [pen.heading('Next'), ...steps.map(numbered)].join('\n'),
  ].join('\n\n')}\n`
}
