import type { Secret } from '../sdk/secret.ts'
import type { Config } from './config.ts'
import { type Problem, sortProblems } from './problem.ts'
import { secretReader, type SecretStores } from './secret-reader.ts'
import { readSigning, type SigningSecrets } from './signing-secrets.ts'

/** Every secret of a config, by the place that refers to it. */
export interface ResolvedSecrets {
  /** PKCS#8 PEM, and what opens it; absent if the key is in a key service. */
  signing?: SigningSecrets
  /** 32 bytes in base64. */
  pseudonymKey: Secret
  /** By source id, then by the name the collector declares. */
  sources: ReadonlyMap<string, Readonly<Record<string, Secret>>>
}

/** The secrets (with warnings, if any), or everything that is missing or wrong, in the order of the text. */
export type SecretsResult =
  | { ok: true; secrets: ResolvedSecrets; problems: readonly Problem[] }
  | { ok: false; problems: readonly Problem[] }

/**
 * Reads what the config refers to: environment variables and files. All that is unset, unreadable, empty or not a usable
 * key is reported at once, each at its place in the config; a file that others may read is a warning, and an error where it
 * holds the signing key or its passphrase. Line ends at the end of a value are not part of it.
 *
 * `only` restricts it to the sources of one job, so that a run needs no credentials it does not use.
 */
export async function resolveSecrets(
  config: Config,
  stores: SecretStores,
  only?: readonly string[],
): Promise<SecretsResult> {
  const problems: Problem[] = []
  const read = secretReader(stores, problems)
  const signing = await readSigning(config.signing, read, problems)
  const pseudonymKey = await read(config.pseudonyms.key, { reject: whyNoPseudonymKey })
  const sources = new Map<string, Record<string, Secret>>()
  for (const { id, secrets } of config.sources) {
    if (only && !only.includes(id)) continue
    const values: Record<string, Secret> = {}
    for (const [name, ref] of Object.entries(secrets)) values[name] = await read(ref)
    sources.set(id, values)
  }
  const sorted = sortProblems(problems)
  if (sorted.some(({ severity }) => severity === 'error')) return { ok: false, problems: sorted }
  return { ok: true, secrets: { ...(signing && { signing }), pseudonymKey, sources }, problems: sorted }
}

function whyNoPseudonymKey(value: string): string | undefined {
  const bytes = Buffer.from(value, 'base64')
  if (bytes.length === 32 && bytes.toString('base64') === value) return undefined
  return 'expected 32 random bytes in base64 (44 characters); make them with: openssl rand -base64 32'
}
