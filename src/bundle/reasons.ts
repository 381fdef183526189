/** Exit status 4: the bundle is not what was sealed. 5: it may be, but not by a key that was given. */
type Exit = 4 | 5

/** Every reason for which `verify` rejects a run. `docs/bundle-format.md` prints this table; a test compares them. */
export const VERIFY_REASONS = {
  'run-missing': { exit: 4, meaning: 'there is nothing in the folder of this run' },
  unsealed: {
    exit: 4,
    meaning: 'run.sigstore.json is missing: the run was opened and never finished, or its seal was removed',
  },
  'envelope-invalid': {
    exit: 4,
    meaning: 'run.sigstore.json is not a Sigstore bundle as affiant writes it, or names two different keys',
  },
  'signature-invalid': {
    exit: 4,
    meaning: 'the statement claims the given key, and the signature does not verify with it',
  },
  'signer-unknown': {
    exit: 5,
    meaning: 'no key was given, so nobody vouches for the run; everything else was checked',
  },
  'signer-untrusted': { exit: 5, meaning: 'the run was sealed with another key than the given one' },
  'statement-invalid': {
    exit: 4,
    meaning: 'the statement has the wrong shape, or says something else of the run than its plan does',
  },
  'run-mismatch': { exit: 4, meaning: 'the statement or the plan belongs to another run' },
  'plan-changed': { exit: 4, meaning: 'plan.json is not the file that was sealed' },
  'plan-invalid': { exit: 4, meaning: 'plan.json is not canonical JSON of the right shape' },
  'index-changed': { exit: 4, meaning: 'index.jsonl is not the file that was sealed' },
  'index-invalid': {
    exit: 4,
    meaning:
      'a line of index.jsonl is not canonical, has the wrong shape or number, or does not agree with the plan or with another line',
  },
  'manifest-changed': { exit: 4, meaning: 'manifest-sha256.txt is not the file that was sealed' },
  'manifest-index-mismatch': {
    exit: 4,
    meaning: 'manifest and index do not list the same files with the same digests',
  },
  'file-missing': { exit: 4, meaning: 'a file is missing from the folder of the run' },
  'file-added': { exit: 4, meaning: 'a file is in the folder of the run that does not belong there' },
  'object-missing': { exit: 4, meaning: 'an object that the run refers to is not in the store' },
  'object-changed': { exit: 4, meaning: 'an object has other bytes than those that were sealed' },
  'size-wrong': { exit: 4, meaning: 'an object has not as many bytes as the index says' },
  'content-invalid': {
    exit: 4,
    meaning: 'the lines of an object are not canonical JSON, or not of the shape of their kind',
  },
  'outcome-missing': { exit: 4, meaning: 'something was planned and nothing says how it ended' },
  'outcome-duplicate': { exit: 4, meaning: 'two lines say how one plan item ended' },
  'counts-wrong': {
    exit: 4,
    meaning: 'lines, records or bytes were counted, and the count written down is another one',
  },
  'results-mismatch': {
    exit: 4,
    meaning: 'the results of a check are missing, twice there, or do not add up to its summary',
  },
  'controls-mismatch': {
    exit: 4,
    meaning: 'the controls of a mapping are missing, or there without having been planned',
  },
  unreadable: { exit: 4, meaning: 'a file is there and could not be read' },
} as const satisfies Readonly<Record<string, { exit: Exit; meaning: string }>>

type VerifyReason = keyof typeof VERIFY_REASONS

/** One reason to reject a run. `detail` is one printable ASCII line: text from the bundle is escaped in it. */
export interface Failure {
  code: VerifyReason
  /** Path in the bundle. */
  file?: string
  detail: string
}

export type Report = (code: VerifyReason, detail: string, file?: string) => void

/** Text of unknown origin, safe to print: ASCII only, at most 200 characters, everything else as `\uXXXX`. */
export function printable(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 200)}...` : text
  return cut.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
