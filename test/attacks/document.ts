import { replaceBlock, table } from '../../scripts/generate/markdown.ts'
import type { Attack, Expected, ShownElsewhere } from './attack.ts'

/** The document with the table of attacks in it. @throws MissingBlockError if it has no place for the table */
export function withAttacks(document: string, attacks: readonly (Attack | ShownElsewhere)[]): string {
  const rows = attacks.map((row) => [row.id, row.attack, verdictOf(row)])
  return replaceBlock(document, 'attacks', table(['', 'attack', 'verdict'], rows))
}

function verdictOf(row: Attack | ShownElsewhere): string {
  return 'verdict' in row ? `${row.verdict} (${row.shownBy.file})` : expectationOf(row.expected)
}

function expectationOf({ exit, codes, incomplete = [], levels = {}, file }: Expected): string {
  const found = [...new Set([...codes, ...incomplete])].map((code) => `\`${code}\``).join(', ')
  const reached = Object.entries(levels).map(([level, value]) => `${level}: ${value}`)
  const verdict = { 0: 'accepted', 3: 'accepted, incomplete', 4: 'rejected', 5: 'not trusted' }[exit]
  const parts = [`${exit}, ${verdict}`, found, reached.join(', '), file === undefined ? '' : `names \`${file}\``]
  return parts.filter((part) => part !== '').join('; ')
}
