import type { Attack, ShownElsewhere } from './attack.ts'
import { ATTACKS_ON_ARCHIVES } from './archives.ts'
import { SHOWN_ELSEWHERE } from './elsewhere.ts'
import { ATTACKS_ON_FILES } from './files.ts'
import { ATTACKS_ON_FORMS } from './forms.ts'
import { ATTACKS_ON_KEYS } from './keys.ts'
import { ATTACKS_ON_LEDGERS } from './ledgers.ts'
import { ATTACKS_ON_REPORTS } from './reports.ts'
import { ATTACKS_ON_RUNS } from './runs.ts'
import { ATTACKS_ON_SAMPLES } from './samples.ts'
import { ATTACKS_ON_TIMES } from './times.ts'

const number = ({ id }: { id: string }) => Number.parseInt(id, 10)

/** Attacks that are made on evidence, each with what a verifier must say of it. */
export const MADE: readonly Attack[] = [
  ...ATTACKS_ON_FILES,
  ...ATTACKS_ON_LEDGERS,
  ...ATTACKS_ON_KEYS,
  ...ATTACKS_ON_TIMES,
  ...ATTACKS_ON_FORMS,
  ...ATTACKS_ON_ARCHIVES,
  ...ATTACKS_ON_RUNS,
  ...ATTACKS_ON_SAMPLES,
  ...ATTACKS_ON_REPORTS,
]

/** Every attack, in the order of its number: 1 to 82, some in several forms. */
export const TABLE: readonly (Attack | ShownElsewhere)[] = [...MADE, ...SHOWN_ELSEWHERE].sort(
  (a, b) => number(a) - number(b) || (a.id < b.id ? -1 : 1),
)
