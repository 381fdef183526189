/** Exit status 4: the evidence is not what was sealed, or not what was asked for. 5: it may be, but not by a trusted key. */
type Exit = 4 | 5

/** The level that a failure breaks. What breaks `intact` in a ledger entry breaks `chained` with it. */
export type ReasonLevel = 'intact' | 'authentic' | 'chained' | 'timed' | 'anchored'

interface Reason {
  exit: Exit
  level: ReasonLevel
  meaning: string
}

const intact = <const Meaning extends string>(meaning: Meaning) => ({ exit: 4, level: 'intact', meaning }) as const
const chained = <const Meaning extends string>(meaning: Meaning) => ({ exit: 4, level: 'chained', meaning }) as const
const timed = <const Meaning extends string>(meaning: Meaning) => ({ exit: 4, level: 'timed', meaning }) as const
const anchored = <const Meaning extends string>(meaning: Meaning) => ({ exit: 4, level: 'anchored', meaning }) as const
const forged = <const Meaning extends string>(meaning: Meaning) => ({ exit: 4, level: 'authentic', meaning }) as const
const untrusted = <const Meaning extends string>(meaning: Meaning) =>
  ({ exit: 5, level: 'authentic', meaning }) as const

/** Every reason for which `verify` rejects evidence. `docs/bundle-format.md` prints this table; a test compares them. */
export const VERIFY_REASONS = {
  'archive-invalid': intact(
    'the export is not a tar archive in the one form that affiant writes; it may be compressed',
  ),
  'archive-type': intact('an entry of the export is a link, a device, or anything else but a regular file'),
  'archive-path': intact('a file of the export has a name that no export has'),
  'archive-order': intact('names in the export do not ascend: one is there twice, or two differ only in case'),
  'archive-truncated': intact('the export ends in the middle'),
  'archive-trailing': intact('bytes follow the end of the export'),
  'archive-limit': intact('the export, or a file in it, exceeds the limits of the trust policy'),
  'bag-invalid': intact('a file about the export does not say what follows from the rest of it'),
  'export-invalid': intact('the signed entry that describes the export is missing, or is not such an entry'),
  'export-changed': intact('a file that the entry of the export names has other bytes than those that were signed'),
  'file-changed': intact('a file of the export has other bytes than its manifest says'),
  'twin-wrong': intact('a file of the export that repeats a part of a ledger entry is missing, or is not that part'),
  'report-differs': intact('the report in the export is not the one that this program makes of the evidence beside it'),
  'run-missing': intact('a run that was asked for, or that belongs to the export, is not there'),
  'ledger-missing': chained('there is no ledger'),
  'entry-missing': chained('a ledger entry is missing, and later ones are there'),
  'entry-added': chained('a file is in the ledger that is no entry'),
  'entry-misplaced': chained('the statement of a ledger entry has another index than its file'),
  'genesis-wrong': chained(
    'the ledger does not begin with its genesis, or has one in another place, or it does not name its signer',
  ),
  'genesis-mismatch': chained('the ledger begins with another genesis than the trust policy names'),
  'origin-wrong': chained('a ledger entry belongs to the ledger of another installation'),
  'origin-mismatch': chained('the ledger is another one than the trust policy names'),
  'previous-wrong': chained(
    'a ledger entry names other digests of statement, signature or timestamps than those of the entry before it',
  ),
  'root-wrong': intact('a Merkle tree has another root or size than was signed'),
  'open-runs-wrong': chained('a ledger entry does not list the runs that are open after it'),
  'sealed-unopened': chained('a ledger entry ends a run that no entry before it opened'),
  'sealed-twice': chained('a ledger entry ends a run that was ended before'),
  'plan-swapped': intact('the plan that was sealed is not the one that was opened'),
  'times-wrong': intact('a run was sealed or aborted before it was opened'),
  'timestamp-refused': timed(
    'a timestamp of a ledger entry does not verify, or is earlier than the entry says that it was made',
  ),
  'timestamp-order': timed(
    'a timestamp, or the time that an entry claims, is earlier than a timestamp of an entry before it',
  ),
  'timestamps-missing': timed('an entry has fewer good timestamps than the trust policy requires'),
  'head-mismatch': anchored('the entry at the index of the expected head is another one'),
  'head-missing': anchored('the ledger ends before the expected head'),
  'envelope-invalid': intact(
    'a ledger entry is not a Sigstore bundle as affiant writes it, or names two different keys',
  ),
  'signature-invalid': intact('a statement claims a key that is known, and the signature does not verify with it'),
  'key-invalid': forged(
    'a key in the ledger is not one that ledgers are signed with, has another id than it is given, or was revoked before',
  ),
  'key-unauthorized': forged('a key was added or revoked by a key that is no root key'),
  'key-role-wrong': forged('an entry was signed with a key that may not sign entries of its kind'),
  'key-not-valid': forged('an entry was made before its key was valid, or after'),
  'key-revoked': forged(
    'an entry was signed with a key that was revoked, or that was compromised and nothing shows that the entry is older',
  ),
  'signer-unknown': untrusted('no key was given, so nobody vouches for what is signed; everything else was checked'),
  'signer-untrusted': untrusted('a statement was signed with a key that nothing trusted vouches for'),
  'statement-invalid': intact('a statement has the wrong shape, or says something else of the run than its plan does'),
  'run-mismatch': intact('a statement or the plan belongs to another run'),
  'plan-changed': intact('plan.json is not the file that was opened or sealed'),
  'plan-invalid': intact('plan.json is not canonical JSON of the right shape'),
  'index-changed': intact('index.jsonl is not the file that was sealed'),
  'index-invalid': intact(
    'a line of index.jsonl is not canonical, has the wrong shape or number, or does not agree with the plan or with another line',
  ),
  'withheld-invalid': intact('lines are withheld where none may be, or more is missing than is withheld'),
  'manifest-changed': intact('manifest-sha256.txt is not the file that was sealed'),
  'manifest-index-mismatch': intact('manifest and index do not list the same files with the same digests'),
  'file-missing': intact('a file is missing from the folder of the run'),
  'file-added': intact('a file is there that does not belong there'),
  'object-missing': intact('a file that the index of a run names is not there'),
  'object-changed': intact('a file that the index of a run names has other bytes than those that were sealed'),
  'size-wrong': intact('a file has not as many bytes as the index says'),
  'content-invalid': intact('the lines of a file are not canonical JSON, or not of the shape of their kind'),
  'outcome-missing': intact('something was planned and nothing says how it ended'),
  'outcome-duplicate': intact('two lines say how one plan item ended'),
  'counts-wrong': intact('lines, records or bytes were counted, and the count written down is another one'),
  'period-wrong': intact(
    'a record of a population of events happened outside of the period, or such a population is complete and was read before the period had ended',
  ),
  'sample-wrong': intact(
    'what was picked of a population does not follow from it, or it was not complete and sealed when it was sampled',
  ),
  'results-mismatch': intact('the results of a check are missing, twice there, or do not add up to its summary'),
  'controls-mismatch': intact('the controls of a mapping are missing, or there without having been planned'),
  unreadable: intact('a file is there and could not be read'),
} as const satisfies Readonly<Record<string, Reason>>

export type VerifyReason = keyof typeof VERIFY_REASONS

/** One reason to reject. `detail` is one printable ASCII line: text from the evidence is escaped in it. */
export interface Failure {
  code: VerifyReason
  /** Key in the store or path in the export; of a file of a run, also its path in the bundle. Printable ASCII. */
  file?: string
  detail: string
}

export type Report = (code: VerifyReason, detail: string, file?: string) => void

const MAX_FAILURES = 1000

/** Gathers failures: the first 1,000 of them, how many there were besides, and what they break. */
export interface Collected {
  report: Report
  failures: readonly Failure[]
  /** How many failures are not listed. */
  omitted(): number
  /** Whether nothing was found that breaks this level. */
  holds(level: ReasonLevel): boolean
  /** Whether a failure with this exit status was found. */
  ends(exit: Exit): boolean
}

export function collectFailures(): Collected {
  const failures: Failure[] = []
  const broken = new Set<ReasonLevel>()
  const exits = new Set<Exit>()
  let count = 0
  return {
    failures,
    report(code, detail, file) {
      const { exit, level } = VERIFY_REASONS[code]
      count += 1
      exits.add(exit)
      broken.add(level)
      if (level === 'intact' && file?.startsWith('ledger/') === true) broken.add('chained')
      if (failures.length < MAX_FAILURES)
        failures.push({ code, ...(file !== undefined && { file: printable(file) }), detail })
    },
    omitted: () => count - failures.length,
    holds: (level) => !broken.has(level),
    ends: (exit) => exits.has(exit),
  }
}

/** Text of unknown origin, safe to print: ASCII only, at most 200 characters, everything else as `\uXXXX`. */
export function printable(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 200)}...` : text
  return cut.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
