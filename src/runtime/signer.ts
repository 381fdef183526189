import * as fs from 'node:fs/promises'
import { createFileSigner, type Signer } from '../bundle/keys.ts'
import type { Config } from '../config/config.ts'
import { formatProblems } from '../config/problem.ts'
import { whyExposed } from '../config/secret-reader.ts'
import { resolvePassphrase, resolveSigning, type SigningSecrets } from '../config/signing-secrets.ts'
import { UserError } from '../model/user-error.ts'
import type { Clock } from '../sdk/context.ts'
import { errnoOf } from '../store/errors.ts'
import { systemClock } from './clock.ts'
import { readTextFile } from './files.ts'

/**
 * The signer of a config. A key in a key service is asked for its public half.
 * @param secrets absent for a key in a key service
 * @throws UserError, BundleError
 */
export async function openSigner(
  signing: Config['signing'],
  secrets: SigningSecrets | undefined,
  { clock }: { clock: Clock },
): Promise<Signer> {
  if ('kms' in signing) {
    const { openKmsSigner } = await import('./kms.ts')
    return openKmsSigner(signing.kms, { clock })
  }
  if (secrets === undefined) throw new TypeError('the signing key was not resolved')
  return createFileSigner(secrets.key.reveal(), secrets.passphrase?.reveal())
}

/**
 * The signer of a config by itself, for commands that need none of its other secrets.
 * @throws UserError with every problem of the key, BundleError
 */
export async function openConfigSigner(
  config: Pick<Config, 'signing' | 'path'>,
  clock: Clock = systemClock,
): Promise<Signer> {
  const stores = { env: process.env, fs, uid: process.getuid?.() }
  const { secrets, problems } = await resolveSigning(config, stores)
  if (problems.some(({ severity }) => severity === 'error')) {
    throw new UserError(formatProblems(problems, config.path), 'Correct the signing key of the config.')
  }
  return openSigner(config.signing, secrets, { clock })
}

/**
 * A file that nobody but its owner may read, such as a private key or a passphrase; without line ends at its end.
 * @throws UserError if others may read it, naming the command that helps, or if it cannot be read or is empty
 */
export async function readPrivateFile(path: string): Promise<string> {
  let exposed: string | undefined
  try {
    exposed = whyExposed(path, await fs.stat(path), process.getuid?.())
  } catch (cause) {
    throw new UserError(`cannot read ${path} (${errnoOf(cause)})`, 'Check the path and its permissions.', { cause })
  }
  if (exposed !== undefined) {
    const [what = '', command = ''] = exposed.split('; run: ')
    throw new UserError(what, `Run: ${command}`)
  }
  const text = (await readTextFile(path)).replace(/[\r\n]+$/, '')
  if (text === '') throw new UserError(`${path} is empty`, 'Name the file that holds the secret.')
  return text
}

/** The passphrase of the signing key of a config, if it has one. @throws UserError if it is missing */
export async function openPassphrase({ signing, path }: Pick<Config, 'signing' | 'path'>): Promise<string | undefined> {
  if ('kms' in signing || signing.passphrase === undefined) return undefined
  const { secret, problems } = await resolvePassphrase(signing.passphrase, {
    env: process.env,
    fs,
    uid: process.getuid?.(),
  })
  if (problems.some(({ severity }) => severity === 'error')) {
    throw new UserError(formatProblems(problems, path), 'Correct signing.passphrase in the config.')
  }
  return secret.reveal()
}
