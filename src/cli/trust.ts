import { BundleError } from '../bundle/errors.ts'
import { parseTrustPolicy, trustKeys, type TrustGiven } from '../bundle/trust.ts'
import { UserError } from '../model/user-error.ts'
import type { Runtime } from './environment.ts'

/** How commands that verify are told whom to trust. */
export interface TrustOptions {
  policy?: string
  key?: string[]
  tsaRoots?: string
  trustOnFirstUse?: true
}

/**
 * Whom the options say to trust; `undefined` if they name nobody.
 * @throws UserError naming the file that cannot be read or used
 */
export async function trustFrom(options: TrustOptions, runtime: Runtime): Promise<TrustGiven> {
  const { policy, key, tsaRoots, trustOnFirstUse } = options
  if (policy !== undefined) {
    const text = await runtime.readTextFile(policy)
    return naming(policy, () => parseTrustPolicy(text))
  }
  if (trustOnFirstUse) return 'first-use'
  if (key === undefined) {
    if (tsaRoots === undefined) return undefined
    throw new UserError(
      '--tsa-roots was given without a key',
      'Give the root key with --key too, or both of them in a trust policy with --policy.',
    )
  }
  const roots = tsaRoots === undefined ? [] : await runtime.pemBlocks(tsaRoots)
  const pems: string[] = []
  for (const file of key) {
    const pem = await runtime.readTextFile(file)
    naming(file, () => trustKeys([pem]))
    pems.push(pem)
  }
  return naming(tsaRoots ?? key[0] ?? '', () => trustKeys(pems, roots))
}

function naming<Value>(file: string, act: () => Value): Value {
  try {
    return act()
  } catch (cause) {
    if (cause instanceof BundleError) throw new UserError(`${file}: ${cause.message}`, cause.hint, { cause })
    throw cause
  }
}
