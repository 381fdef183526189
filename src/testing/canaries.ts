// Put together here, so that no scanner takes this file for a leak.
const join = (...parts: readonly string[]) => parts.join('')

/** Twelve made-up values in the shapes of real credentials. None may turn up in anything that is written. */
export const CANARY_SECRETS: readonly string[] = [
  join('AK', 'IA', 'CANARY7EXAMPLE12'),
  join('gh', 'p_', 'canary0123456789canary0123456789abcd'),
  join('github', '_pat_', '11CANARY0example_canary0123456789'),
  join('eyJ', 'hbGciOiJIUzI1NiJ9', '.eyJjYW5hcnkiOjF9.', 'Y2FuYXJ5LXNpZ25hdHVyZQ'),
  join('-----BEGIN ', 'PRIVATE KEY-----', 'MIIcanarycanary'),
  join('postgres:', '//canary:', 'canary-password@db.example.com/canary'),
  join('xo', 'xb-', '1234567890-canarycanarycanary'),
  join('sk', '_live_', 'canarycanarycanary123456'),
  join('AI', 'za', 'CanaryCanaryCanaryCanaryCanaryCana12'),
  join('gl', 'pat-', 'canary-0123456789ab'),
  join('npm', '_', 'canary0123456789canary0123456789abcd'),
  join('00', 'canary', 'OktaStyleTokenValue0123456789abcdef'),
]

/** Twenty made-up mail addresses. */
export const CANARY_MAILS: readonly string[] = Array.from(
  { length: 20 },
  (_, number) => `canary.person-${String(number + 1).padStart(2, '0')}@people.example.com`,
)

/** An object with all canaries in fields that no schema lists. */
export const canaryFields: Readonly<Record<string, unknown>> = {
  canary_note: CANARY_SECRETS.join(' '),
  canary_contacts: CANARY_MAILS,
}

export const canaryHeaders: Readonly<Record<string, string>> = {
  'x-canary-secrets': CANARY_SECRETS.join(' '),
  'x-canary-contacts': CANARY_MAILS.join(', '),
  'set-cookie': `session=${CANARY_SECRETS[1]}; Path=/`,
}

/** The value with these fields in every object of it. */
export function withFields(value: unknown, extra: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withFields(item, extra))
  if (value === null || typeof value !== 'object') return value
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [name, withFields(field, extra)])
  return { ...Object.fromEntries(fields), ...extra }
}

/** Which of these words stand in the text, as they are or encoded for a URL or in JSON. */
export function found(text: string, words: readonly string[]): string[] {
  const lower = text.toLowerCase()
  return words.filter((word) => formsOf(word).some((form) => lower.includes(form)))
}

const forms = new Map<string, readonly string[]>()

function formsOf(word: string): readonly string[] {
  const known = forms.get(word)
  if (known !== undefined) return known
  const all = [word, encodeURIComponent(word), JSON.stringify(word).slice(1, -1)].map((form) => form.toLowerCase())
  const made = [...new Set(all)]
  forms.set(word, made)
  return made
}
