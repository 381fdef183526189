import { parseTrustPolicy, type Trust, trustKeys } from '../bundle/trust.ts'

/** What an auditor gives to a verifier: a trust policy, or the PEM of a root key. @throws BundleError `policy-invalid` or `key-invalid` */
export function trustFromFile(text: string): Trust {
  return text.trimStart().startsWith('-----BEGIN') ? trustKeys([text]) : parseTrustPolicy(text)
}
