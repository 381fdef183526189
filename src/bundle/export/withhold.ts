import { parseControlLine } from '../../model/control.ts'
import type { IndexLine } from '../../model/index-line.ts'

/** What is not given to the recipient, and why. `pattern`: `*` stands for any text. */
export interface WithholdRule {
  pattern: string
  /** At most 200 characters; the recipient reads it. */
  reason: string
}

/** Which evidence an export is about. Lines of other sources and controls are withheld. */
export interface Restriction {
  sources?: readonly string[]
  controls?: readonly string[]
}

/** The reason of lines that a {@link Restriction} leaves out. */
export const OUTSIDE = 'outside the scope of this export'

/** The lines that may be withheld. What a run set out to do, and how that ended, is always shown. */
export type Withholdable = Extract<IndexLine, { kind: 'records' | 'carried' | 'receipts' | 'results' }>

export function isWithholdable(line: IndexLine): line is Withholdable {
  return line.kind === 'records' || line.kind === 'carried' || line.kind === 'receipts' || line.kind === 'results'
}

/** What of one run speaks to the controls of a restriction. */
export interface Relevance {
  planItems: ReadonlySet<string>
  /** `<source> <check>`; with `*` in place of a source, of any. */
  checks: ReadonlySet<string>
}

/**
 * Sorts out the lines of an index: records by the controls that they are marked with, checks by the controls files.
 * @param lines of an index
 * @param read the lines of a file
 */
export async function relevanceOf(
  lines: AsyncIterable<IndexLine>,
  controls: readonly string[],
  read: (file: { sha256: string }) => AsyncIterable<readonly string[]>,
): Promise<Relevance> {
  const planItems = new Set<string>()
  const checks = new Set<string>()
  for await (const line of lines) {
    if (line.kind === 'records' && line.controls.some((id) => controls.includes(id))) planItems.add(line.planItem)
    if (line.kind !== 'controls') continue
    for await (const batch of read(line)) {
      for (const { control, evidence } of batch.map(parseControlLine)) {
        if (!controls.includes(control)) continue
        for (const { check, source = '*' } of evidence) if (check !== undefined) checks.add(`${source} ${check}`)
      }
    }
  }
  return { planItems, checks }
}

/** Says of each line whether, and for which reason, it is withheld; and afterwards which rules never applied. */
export interface Withholder {
  reasonFor(line: Withholdable, relevance: Relevance | undefined): string | undefined
  /** Patterns, sources and controls that nothing was found for. */
  idle(): string[]
}

export function createWithholder(rules: readonly WithholdRule[], { sources, controls }: Restriction): Withholder {
  const compiled = rules.map(({ pattern, reason }) => ({ pattern, reason, matches: matcher(pattern), used: false }))
  const seen = new Set<string>()
  return {
    reasonFor(line, relevance) {
      const { source, names } = namesOf(line)
      seen.add(source)
      if (line.kind === 'records') for (const control of line.controls) seen.add(control)
      const matching = compiled.filter(({ matches }) => names.some(matches))
      for (const rule of matching) rule.used = true
      const [first] = matching
      if (first !== undefined) return first.reason
      if (sources !== undefined && !sources.includes(source)) return OUTSIDE
      return relevance !== undefined && !isRelevant(line, relevance) ? OUTSIDE : undefined
    },
    idle: () => [
      ...compiled.filter(({ used }) => !used).map(({ pattern }) => pattern),
      ...(sources ?? []).filter((id) => !seen.has(id)),
      ...(controls ?? []).filter((id) => !seen.has(id)),
    ],
  }
}

/** The source of a line, and everything that a pattern may name it by. */
function namesOf(line: Withholdable): { source: string; names: string[] } {
  if (line.kind === 'results') {
    const { source, check } = line.summary
    return { source, names: [source, check, line.path] }
  }
  // `<source>/<stream>/<scope>`, or `<source>` alone for the receipts of opening it.
  const [source = '', stream] = line.planItem.split('/')
  return { source, names: [source, ...(stream === undefined ? [] : [stream, line.planItem]), line.path] }
}

function isRelevant(line: Withholdable, { planItems, checks }: Relevance): boolean {
  if (line.kind === 'results') {
    const { source, check } = line.summary
    return checks.has(`${source} ${check}`) || checks.has(`* ${check}`)
  }
  return planItems.has(line.planItem) || !line.planItem.includes('/')
}

function matcher(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*')
  const source = parts.map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')
  const expression = new RegExp(`^${source}$`, 's')
  return (text) => expression.test(text)
}
