import { maskCredentialsInUrl } from './credentials.ts'

const SENSITIVE = /token|secret|password|signature|credential|api[-_]?key|^(?:code|key|sig|sessionid)$/i
const MAIL = /[A-Za-z0-9._+-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g

/**
 * The URL as it may be written down: no user info, no value of a sensitive parameter, nothing that looks like a
 * credential, no mail address, no fragment.
 */
export function maskUrl(url: URL): string {
  const masked = new URL(url)
  masked.username = ''
  masked.password = ''
  masked.hash = ''
  for (const name of new Set(masked.searchParams.keys())) {
    if (SENSITIVE.test(name)) masked.searchParams.set(name, '[masked]')
  }
  return maskMail(maskCredentialsInUrl(masked.href))
}

function maskMail(text: string): string {
  return text.replace(MAIL, '[mail]')
}
