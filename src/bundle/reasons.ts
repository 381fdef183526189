/** Exit status 4: the bundle is not what was sealed. 5: it may be, but not by a key that was given. */
type Exit = 4 | 5

/** Every reason for which `verify` rejects a run or a ledger. `docs/bundle-format.md` prints this table; a test compares them. */
export const VERIFY_REASONS = {
  'run-missing': { exit: 4, meaning: 'there is nothing in the folder of this run' },
  unsealed: {
    exit: 4,
    meaning: 'no ledger entry seals the run: it was opened and never finished, or its seal was removed',
  },
  aborted: { exit: 4, meaning: 'the process of the run ended before the run was sealed, and the ledger says so' },
  'opening-missing': { exit: 4, meaning: 'the ledger entry with the number of the run does not open it' },
  'ledger-missing': { exit: 4, meaning: 'there is no ledger in the store' },
  'entry-missing': { exit: 4, meaning: 'a ledger entry is missing, and later ones are there' },
  'entry-added': { exit: 4, meaning: 'a file is in the ledger that is no entry' },
  'entry-misplaced': { exit: 4, meaning: 'the statement of a ledger entry has another index than its file' },
  'genesis-wrong': {
    exit: 4,
    meaning:
      'the ledger does not begin with its genesis, or has one in another place, or it names other keys than its signer',
  },
  'origin-wrong': { exit: 4, meaning: 'a ledger entry belongs to the ledger of another installation' },
  'previous-wrong': {
    exit: 4,
    meaning:
      'a ledger entry names other digests of statement, signature or timestamps than those of the entry before it',
  },
  'root-wrong': { exit: 4, meaning: 'a Merkle tree has another root or size than was signed' },
  'open-runs-wrong': { exit: 4, meaning: 'a ledger entry does not list the runs that are open after it' },
  'sealed-unopened': { exit: 4, meaning: 'a ledger entry ends a run that no entry before it opened' },
  'sealed-twice': { exit: 4, meaning: 'a ledger entry ends a run that was ended before' },
  'plan-swapped': { exit: 4, meaning: 'the plan that was sealed is not the one that was opened' },
  'times-wrong': { exit: 4, meaning: 'a run was sealed or aborted before it was opened' },
  'timestamp-refused': {
    exit: 4,
    meaning: 'a timestamp of a ledger entry does not verify, or is earlier than the entry says that it was made',
  },
  'envelope-invalid': {
    exit: 4,
    meaning: 'a ledger entry is not a Sigstore bundle as affiant writes it, or names two different keys',
  },
  'signature-invalid': {
    exit: 4,
    meaning: 'a statement claims the given key, and the signature does not verify with it',
  },
  'signer-unknown': {
    exit: 5,
    meaning: 'no key was given, so nobody vouches for what is signed; everything else was checked',
  },
  'signer-untrusted': { exit: 5, meaning: 'a statement was signed with another key than the given one' },
  'statement-invalid': {
    exit: 4,
    meaning: 'a statement has the wrong shape, or says something else of the run than its plan does',
  },
  'run-mismatch': { exit: 4, meaning: 'a statement or the plan belongs to another run' },
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

export type VerifyReason = keyof typeof VERIFY_REASONS

/** One reason to reject a run. `detail` is one printable ASCII line: text from the bundle is escaped in it. */
export interface Failure {
  code: VerifyReason
  /** Path in the bundle. */
  file?: string
  detail: string
}

export type Report = (code: VerifyReason, detail: string, file?: string) => void

const MAX_FAILURES = 1000

/** Gathers failures: the first 1,000 of them, and how many there were besides. */
export function collectFailures() {
  const failures: Failure[] = []
  let count = 0
  let intact = true
  const report: Report = (code, detail, file) => {
    count += 1
    if (VERIFY_REASONS[code].exit === 4) intact = false
    if (failures.length < MAX_FAILURES) failures.push({ code, ...(file !== undefined && { file }), detail })
  }
  return { report, failures, omitted: () => count - failures.length, isIntact: () => intact }
}

/** Text of unknown origin, safe to print: ASCII only, at most 200 characters, everything else as `\uXXXX`. */
export function printable(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 200)}...` : text
  return cut.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
