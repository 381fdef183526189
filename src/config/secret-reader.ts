import type fsPromises from 'node:fs/promises'
import { Secret } from '../sdk/secret.ts'
import type { SecretRef } from './config.ts'
import type { Problem, ProblemCode } from './problem.ts'

/** Where secrets are read from. */
export interface SecretStores {
  env: Readonly<Record<string, string | undefined>>
  fs: Pick<typeof fsPromises, 'readFile' | 'stat'>
  /** User id of this process, where the system has such. */
  uid?: number | undefined
}

/** Larger files are no secrets: the path is wrong. In bytes. */
const LARGEST_FILE = 65_536

interface ReadOptions {
  /** Why the value is of no use. */
  reject?: (value: string) => string | undefined
  /** Others must not be able to read the file. */
  strict?: boolean
}

/** Reads what a reference names; what is wrong with it becomes a problem, and the value is then of no use. */
export type ReadSecret = (ref: SecretRef, options?: ReadOptions) => Promise<Secret>

export function secretReader(stores: SecretStores, problems: Problem[]): ReadSecret {
  return async (ref, { reject, strict = false } = {}) => {
    const value =
      'env' in ref
        ? fromEnvironment(ref, ref.env, stores, problems)
        : await fromFile(ref, ref.file, { ...stores, strict }, problems)
    const reason = value === '' ? undefined : reject?.(value)
    if (reason !== undefined) problems.push(problem('secret-invalid', ref, reason))
    return new Secret(value)
  }
}

/** A problem at the place that refers to the secret. */
export function problem(
  code: ProblemCode,
  ref: SecretRef,
  message: string,
  severity: Problem['severity'] = 'error',
): Problem {
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

async function fromFile(
  ref: SecretRef,
  file: string,
  { fs, uid, strict }: SecretStores & { strict: boolean },
  problems: Problem[],
): Promise<string> {
  const shown = JSON.stringify(file)
  try {
    const stat = await fs.stat(file)
    const { size } = stat
    if (size > LARGEST_FILE) {
      problems.push(problem('secret-invalid', ref, `the file ${shown} is too large for a secret (${size} bytes)`))
      return ''
    }
    const value = (await fs.readFile(file, 'utf8')).replace(/[\r\n]+$/, '')
    if (value === '') problems.push(problem('secret-empty', ref, `the file ${shown} is empty`))
    const exposed = whyExposed(file, stat, uid)
    if (exposed !== undefined) problems.push(problem('secret-exposed', ref, exposed, strict ? 'error' : 'warning'))
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

const GROUP_READ = 0o040

/**
 * Why a file that holds a secret may be read by too many, with the command that helps; `undefined` if it may not. Files that
 * belong to root and are handed to another user through a group, as Kubernetes and systemd do it, may be readable by that
 * group: there is no other way for us to read them.
 * @param uid user id of this process
 */
export function whyExposed(
  file: string,
  { mode, uid: owner }: { mode: number; uid: number },
  uid: number | undefined,
): string | undefined {
  const lent = owner === 0 && uid !== undefined && uid !== 0
  if ((mode & 0o077 & ~(lent ? GROUP_READ : 0)) === 0) return undefined
  const shown = JSON.stringify(file)
  const octal = (mode & 0o777).toString(8).padStart(4, '0')
  return `other users of this machine may open the file ${shown} (mode ${octal}); run: chmod ${lent ? 640 : 600} ${shown}`
}
