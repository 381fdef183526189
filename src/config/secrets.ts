import { createPrivateKey } from 'node:crypto'
import type fsPromises from 'node:fs/promises'
import { Secret } from '../sdk/secret.ts'
import type { Config, SecretRef } from './config.ts'
import { type Problem, type ProblemCode, sortProblems } from './problem.ts'

/** Where secrets are read from. */
export interface SecretStores {
  env: Readonly<Record<string, string | undefined>>
  fs: Pick<typeof fsPromises, 'readFile' | 'stat'>
}

/** Every secret of a config, by the place that refers to it. */
export interface ResolvedSecrets {
  /** PKCS#8 PEM of an ECDSA P-256 key. */
  signingKey: Secret
  /** 32 bytes in base64. */
  pseudonymKey: Secret
  /** By source id, then by the name the collector declares. */
  sources: ReadonlyMap<string, Readonly<Record<string, Secret>>>
}

/** The secrets (with warnings, if any), or everything that is missing or wrong, in the order of the text. */
export type SecretsResult =
  | { ok: true; secrets: ResolvedSecrets; problems: readonly Problem[] }
  | { ok: false; problems: readonly Problem[] }

/** Larger files are no secrets: the path is wrong. In bytes. */
const LARGEST_FILE = 65_536

/**
 * Reads what the config refers to: environment variables and files. All that is unset, unreadable, empty or not a usable
 * key is reported at once, each at its place in the config; a file that others may read is a warning. Line ends at the
 * end of a value are not part of it.
 *
 * `only` restricts it to the sources of one job, so that a run needs no credentials it does not use.
 */
export async function resolveSecrets(
  config: Config,
  stores: SecretStores,
  only?: readonly string[],
): Promise<SecretsResult> {
  const problems: Problem[] = []
  const read = async (ref: SecretRef, reject?: (value: string) => string | undefined): Promise<Secret> => {
    const value =
      'env' in ref ? fromEnvironment(ref, ref.env, stores, problems) : await fromFile(ref, ref.file, stores, problems)
    const reason = value === '' ? undefined : reject?.(value)
    if (reason !== undefined) problems.push(problem('secret-invalid', ref, reason))
    return new Secret(value)
  }
  const signingKey = await read(config.signing.key, whyNoSigningKey)
  const pseudonymKey = await read(config.pseudonyms.key, whyNoPseudonymKey)
  const sources = new Map<string, Record<string, Secret>>()
  for (const { id, secrets } of config.sources) {
    if (only && !only.includes(id)) continue
    const values: Record<string, Secret> = {}
    for (const [name, ref] of Object.entries(secrets)) values[name] = await read(ref)
    sources.set(id, values)
  }
  const sorted = sortProblems(problems)
  if (sorted.some(({ severity }) => severity === 'error')) return { ok: false, problems: sorted }
  return { ok: true, secrets: { signingKey, pseudonymKey, sources }, problems: sorted }
}

function problem(code: ProblemCode, ref: SecretRef, message: string): Problem {
  const severity = code === 'secret-exposed' ? 'warning' : 'error'
  return { code, severity, ...ref.position, path: ref.path, message }
}

function fromEnvironment(ref: SecretRef, name: string, { env }: SecretStores, problems: Problem[]): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value === undefined) {
    problems.push(problem('secret-unset', ref, `the environment variable ${name} is not set`))
    return ''
  }
  const trimmed = value.replace(/[\r\n]+$/, '')
  if (trimmed === '') problems.push(problem('secret-empty', ref, `the environment variable ${name} is empty`))
  return trimmed
}

async function fromFile(ref: SecretRef, file: string, { fs }: SecretStores, problems: Problem[]): Promise<string> {
  const shown = JSON.stringify(file)
  try {
    const { mode, size } = await fs.stat(file)
    if (size > LARGEST_FILE) {
      problems.push(problem('secret-invalid', ref, `the file ${shown} is too large for a secret (${size} bytes)`))
      return ''
    }
    const value = (await fs.readFile(file, 'utf8')).replace(/[\r\n]+$/, '')
    if (value === '') problems.push(problem('secret-empty', ref, `the file ${shown} is empty`))
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0')
      const advice = `other users of this machine may open the file ${shown} (mode ${octal}); run: chmod 600 ${shown}`
      problems.push(problem('secret-exposed', ref, advice))
    }
    return value
  } catch (error) {
    problems.push(problem('secret-unreadable', ref, `the file ${shown} ${whyUnreadable(error)}`))
    return ''
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user'
  if (code === 'EISDIR') return 'is a folder'
  return `could not be read (${code})`
}

function whyNoSigningKey(value: string): string | undefined {
  const wanted = 'expected an ECDSA P-256 private key, unencrypted PKCS#8 PEM ("-----BEGIN PRIVATE KEY-----")'
  if (!value.includes('-----BEGIN PRIVATE KEY-----')) return wanted
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(value)
    if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return undefined
    return `${wanted}, found a key of another kind`
  } catch {
    return `${wanted}; the key could not be parsed`
  }
}

function whyNoPseudonymKey(value: string): string | undefined {
  const bytes = Buffer.from(value, 'base64')
  if (bytes.length === 32 && bytes.toString('base64') === value) return undefined
  return 'expected 32 random bytes in base64 (44 characters); make them with: openssl rand -base64 32'
}
