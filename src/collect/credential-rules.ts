import { rules as maintained } from '@secretlint/secretlint-rule-preset-recommend'

export interface FoundCredential {
  /** Which rule: `github`, `aws`, `json-web-token` … */
  rule: string
  /** Place in the text: first code unit, and the one after the last. */
  start: number
  end: number
}

/** What we use of a rule of secretlint; see "Rule" in its documentation. */
interface MaintainedRule {
  meta: { id: string }
  create(context: object, options: object): { file(source: { content: string }): unknown }
}

/**
 * Rules of the preset that are not used: one looks at key files on the disk, the other lets a comment in the text turn
 * detection off, which would be for the source to decide.
 */
const UNUSED = ['gcp', 'filter-comments']

const nameOf = ({ meta }: MaintainedRule) => meta.id.replace('@secretlint/secretlint-rule-', '')

const preset: readonly MaintainedRule[] = maintained
const used = preset.filter((rule) => !UNUSED.includes(nameOf(rule)))

/**
 * What the maintained rules lack, or tell only when the text is a whole file. Each starts at a fixed text or a boundary,
 * so none goes over the same text twice.
 */
const OWN: Readonly<Record<string, RegExp>> = {
  // AKIA and ASIA only: the other prefixes (AIDA, AROA …) are ids of users and roles, and evidence.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  'aws-access-key-id': /(?<![A-Za-z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  // Of any length: GitHub announced that its tokens will grow.
  'github-token': /(?<![A-Za-z0-9])(?:gh[pousr]_\w{20,}|github_pat_\w{20,})/g,
  'google-api-key': /(?<![A-Za-z0-9_-])AIza[\w-]{35,}/g,
  // RFC 7519: header and payload are JSON objects, in base64url.
  'json-web-token': /(?<![\w-])eyJ[\w-]{4,}\.eyJ[\w-]{2,}(?:\.[\w-]*)?/g,
  // Keys of OpenAI, Anthropic and OpenRouter; a hyphen only after a prefix of theirs, else a branch could look like one.
  'model-api-key': /(?<![A-Za-z0-9_-])sk-(?:(?:proj|svcacct|admin|None|ant|or)-[\w-]{20,}|[A-Za-z0-9]{20,})/g,
  // The preset asks for a file named `.npmrc`. A variable in place of the token is fine.
  'npm-auth-token': /_authToken=[^\s$]\S*/g,
  // RFC 7468. A key that is cut off is one all the same.
  'private-key': /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^-]*/g,
  'url-password': /:\/\/[^\s/?#:@]*:[^\s/?#@]+@/g,
}

/** Every name that can stand in {@link FoundCredential.rule}. */
export const RULES: readonly string[] = [...used.map(nameOf), ...Object.keys(OWN)]

/** Names of all rules of the preset, used or not. */
export const MAINTAINED_RULES: readonly string[] = preset.map(nameOf)

/** Everything in the text that looks like a credential: by the maintained rules first, then by our own. */
export function findCredentials(text: string): FoundCredential[] {
  const found: FoundCredential[] = []
  for (const maintainedRule of used) {
    const rule = nameOf(maintainedRule)
    const context = {
      sharedOptions: {},
      // A rule's message quotes what it found. Nobody asks for it.
      createTranslator: () => () => ({}),
      ignore() {},
      report({ range: [start, end] }: { range: readonly [number, number] }) {
        found.push({ rule, start, end })
      },
    }
    maintainedRule.create(context, {}).file({ content: text })
  }
  for (const [rule, pattern] of Object.entries(OWN)) {
    for (const { index, 0: match } of text.matchAll(pattern))
      found.push({ rule, start: index, end: index + match.length })
  }
  return found
}
