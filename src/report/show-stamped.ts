import type { LedgerStampJson } from './json/ledger.ts'
import { type Look, paragraph, penFor } from './look.ts'
import { number } from './words.ts'

/** How many entries of the ledger got timestamps, and what those show. */
export function showStamped({ entries, stamped }: LedgerStampJson, look: Look): string {
  const pen = penFor(look)
  if (stamped.length === 0)
    return `${paragraph(pen.plain(`No timestamp was added to the ledger of ${number(entries, 'entry', 'entries')}.`), look)}\n`
  const [first, last] = [stamped[0], stamped.at(-1)]
  const which = first === last ? `entry ${first}` : `entries ${first} to ${last}`
  const said = pen.good(`${number(stamped.length, 'ledger entry', 'ledger entries')} got a timestamp: ${which}.`)
  const note = pen.faint('A late timestamp shows that the entry existed at its time, not when it was made.')
  return `${paragraph(said, look)}\n${paragraph(note, look)}\n`
}
