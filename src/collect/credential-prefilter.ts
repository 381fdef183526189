/**
 * What at least one rule could match, whatever stands around it. Boundaries and letter case are left to the rules: a
 * pattern must also be found in the JSON form of the text, where a line feed before a token is the letter `n`.
 */
const PATTERNS: readonly RegExp[] = [
  // Access keys of AWS, long-lived and temporary.
  /A[KS]IA[A-Z0-9]{16}/,
  /secret_?access_?key/,
  /-----BEGIN/,
  // User info in a URL; what stands before the `@` is for the rules to judge.
  /:\/\/[^\s/@]*@/,
  /x-oauth-basic@/,
  /_authToken=/,
  /npm_\w{36}/,
  /gh[pousr]_\w{20}/,
  /github_pat_/,
  /glpat-/,
  /gl(?:c|sa)_[A-Za-z0-9+/]{32}/,
  /xox[a-z]-/,
  /xapp-/,
  /hooks\.slack\.com/,
  /AIza[\w-]{35}/,
  /[sr]k_(?:live|test)_/,
  /sk-[\w-]{20}/,
  /gsk_[A-Za-z0-9]{52}/,
  /hf_[A-Za-z]{34}/,
  /lin_api_/,
  /ntn_[0-9]{11}/,
  /SG\.\w+\.\w/,
  /shp(?:pa|ca|at|ss)_/,
  /ops_ey/,
  /hv[sbr]\.[\w-]{90}/,
  /vc[piark]_[A-Za-z0-9]{20}/,
  /dapi[A-Fa-f0-9]{32}/,
  /dckr_pat_/,
  /figd_/,
  /cf(?:k|ut|at)_[A-Za-z0-9]{40}/,
  /tskey-/,
  // The second part of a JSON Web Token.
  /\.eyJ[\w-]/,
]

const ANY = new RegExp(PATTERNS.map(({ source }) => source).join('|'), 'i')

/** Cheap, and never false for a text in which a rule finds a credential, nor for the JSON form of that text. */
export function mayHoldCredential(text: string): boolean {
  return ANY.test(text)
}
