/** Starts of credentials as their issuers document them, private keys, and URLs with a password in them. */
const CREDENTIAL =
  /-----BEGIN|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|(?:AKIA|ASIA)[A-Z0-9]{12}|AIza|sk-|npm_|eyJ[\w-]+\.)|:\/\/[^/\s]*@/
const SENSITIVE_KEY = /^signing$|^pseudonyms$|token|secret|passw|passphrase|credential|private.?key|api.?key/i

/**
 * Whether a text could be a credential that was put in the wrong place: a known prefix, or a long run of mixed letters
 * and digits. Such a text is never printed. A guess that errs towards hiding; it cannot know a short password.
 */
export function looksSecret(text: string): boolean {
  if (CREDENTIAL.test(text)) return true
  if (/^[0-9a-f]{32,}$/i.test(text)) return true
  if (!/^[\w+/=~.-]{20,}$/.test(text)) return false
  return /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text)
}

/** What stands in the file, for a person, on one line: `"daily"`, `3`, `a list`. Never a text that may be a credential. */
export function show(value: unknown, path: readonly PropertyKey[] = []): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  // Names of a key in a key service are no secrets.
  const named = path[0] === 'signing' && path[1] === 'kms' ? path.slice(2) : path
  const hidden = named.some((key) => typeof key === 'string' && SENSITIVE_KEY.test(key))
  if (typeof value === 'string') {
    if (hidden || looksSecret(value)) return 'text that is not shown'
    return value.length > 60 ? `text of ${value.length} characters` : JSON.stringify(value)
  }
  if (typeof value !== 'number' && typeof value !== 'boolean') return `a ${typeof value}`
  return hidden ? 'a value that is not shown' : String(value)
}

/** `sources[0].config.organization`. Keys with unusual characters are quoted; keys that may be credentials are hidden. */
export function showPath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else text += `${text && '.'}${showKey(String(key))}`
  }
  return text
}

/** A key for a person: as it is, quoted if unusual, hidden if it may be a credential. */
export function showKey(key: string): string {
  if (looksSecret(key) || key.length > 80) return '(not shown)'
  return /^[\w.@/-]+$/.test(key) ? key : JSON.stringify(key)
}
