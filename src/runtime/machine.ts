import type { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import type { LentCredentials, Machine } from '../sdk/context.ts'
import { DeniedError } from '../sdk/errors.ts'
import { Secret } from '../sdk/secret.ts'

type Found = Awaited<ReturnType<ReturnType<typeof fromNodeProviderChain>>>

/**
 * The machine's own AWS credentials, by the default chain of the vendor's SDK: environment, single sign-on, shared files,
 * web identity, role of the task or pod, role of the instance. Files and metadata addresses are read here and not by the
 * collector, which has neither disk nor an unguarded network (docs/adr/0026).
 */
export const machineCredentials: Machine = async (_identity, { profile } = {}) => {
  const providers = await import('@aws-sdk/credential-providers')
  let found: Found
  try {
    found = await providers.fromNodeProviderChain(profile === undefined ? {} : { profile })()
  } catch (cause) {
    // The chain's own message may quote files.
    throw new DeniedError(
      `this machine has no AWS credentials${profile === undefined ? '' : ` for the profile "${profile}"`}; give it a role, run "aws sso login", or use auth.type: keys`,
      { cause },
    )
  }
  return lent(found)
}

function lent({ accessKeyId, secretAccessKey, sessionToken, expiration }: Found): LentCredentials {
  return {
    id: accessKeyId,
    secret: new Secret(secretAccessKey),
    ...(sessionToken !== undefined && { token: new Secret(sessionToken) }),
    ...(expiration !== undefined && { expiresAt: expiration }),
  }
}
