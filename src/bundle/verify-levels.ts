import type { LedgerFacts, Levels, RunFacts, Timed, Verification } from '../model/verification.ts'
import type { Collected } from './reasons.ts'

export interface LevelsInput {
  collected: Collected
  ledger: LedgerFacts
  timed: Timed
  /** How many things are incomplete. */
  incomplete: number
  /** As they were asked for. */
  runs: readonly number[] | undefined
}

/** The levels, each with a sentence that says what it rests on. */
export function levelsOf({ collected, ledger, timed, incomplete, runs }: LevelsInput): Levels {
  const authentic = collected.holds('authentic') ? ledger.authentic : 'no'
  const onlyLedger = runs?.length === 0
  return {
    intact: yesOr(
      collected.holds('intact'),
      onlyLedger ? 'every entry is as it was signed' : 'every file is as it was sealed',
      'something was changed, added or removed, or does not agree',
    ),
    authentic: { value: authentic, detail: AUTHENTIC[authentic] },
    chained: yesOr(
      collected.holds('chained'),
      'every entry is there and names all before it',
      'entries are missing, changed, or do not follow from each other',
    ),
    timed: { ...timed, detail: timedDetail(timed) },
    complete: yesOr(
      incomplete === 0 && collected.holds('intact') && collected.holds('chained'),
      onlyLedger ? 'every run was sealed, and read all that was planned' : 'all that was planned was read, and is here',
      incomplete === 0
        ? 'what is not intact cannot be complete'
        : `${incomplete} ${incomplete === 1 ? 'reason' : 'reasons'}, listed below`,
    ),
    anchored:
      collected.holds('anchored') && ledger.anchored === 'yes'
        ? { value: 'yes', detail: 'the ledger holds the head that is known from elsewhere' }
        : {
            value: 'no',
            detail: ledger.anchored === 'not-asked' ? NOT_ASKED : 'the ledger does not hold the expected head',
          },
  }
}

const AUTHENTIC: Readonly<Record<Levels['authentic']['value'], string>> = {
  yes: 'every entry is signed with a key that you trust, or that such a key vouches for',
  no: 'an entry is not signed with a key that you trust, nor with one that such a key vouches for',
  unpinned: 'signed with the keys that the evidence itself names: anybody can make such keys',
}

const NOT_ASKED = 'no head is known from elsewhere: the last entries could have been cut off, or all written anew'

function yesOr(reached: boolean, yes: string, no: string): { value: 'yes' | 'no'; detail: string } {
  return reached ? { value: 'yes', detail: yes } : { value: 'no', detail: no }
}

function timedDetail({ value, tokens, without, earliest, latest }: Timed): string {
  const span = earliest === undefined ? '' : `, from ${earliest} to ${latest ?? earliest}`
  const some = `${tokens} ${tokens === 1 ? 'timestamp' : 'timestamps'}`
  switch (value) {
    case 'yes':
      return `trusted authorities saw each entry when it was made: ${some}${span}`
    case 'late':
      return `trusted authorities saw each entry, some later than they were made: ${some}${span}`
    case 'partly':
      return `${without} entries have no timestamp: ${some}${span}`
    case 'no':
      return tokens === 0
        ? 'no timestamp of an authority that you trust: only the signer says when'
        : `${some}, none of them good`
    case 'not-judged':
      return `${some}, and no authority is trusted that could judge them`
  }
}

/** 4 beats 5, and both beat 3. */
export function exitCodeOf(levels: Levels, collected: Collected): Verification['exitCode'] {
  if (collected.ends(4)) return 4
  if (levels.authentic.value !== 'yes') return 5
  return levels.complete.value === 'yes' ? 0 : 3
}

/** The level of single runs: of the entries that seal them. */
export function timedOfRuns(runs: readonly RunFacts[]): Timed {
  const values = runs.map(({ timed }) => timed.value)
  const times = runs.flatMap(({ timed }) => (timed.by === undefined ? [] : [timed.by])).sort()
  const without = values.filter((value) => value === 'no' || value === 'not-judged').length
  const value = values.includes('not-judged')
    ? 'not-judged'
    : without === values.length
      ? 'no'
      : without > 0
        ? 'partly'
        : values.includes('late')
          ? 'late'
          : 'yes'
  const [earliest] = times
  const latest = times.at(-1)
  return {
    value,
    tokens: runs.reduce((sum, { timed }) => sum + timed.tokens, 0),
    without,
    ...(earliest !== undefined && latest !== undefined && { earliest, latest }),
  }
}
