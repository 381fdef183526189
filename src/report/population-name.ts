import type { Population } from '../model/population.ts'

/**
 * Name of a file with a population, without its ending: sortable, and never that of another one, as it holds the run and the
 * seal: `A.8.32_github-acme_changes_acme_2026Q3_20261003T060000Z_12-3f2a9c01`.
 */
export function populationName({ end, stream, planned, plan, records, seal, run }: Population): string {
  const own = stream.id.startsWith(`${planned.collector}.`) ? stream.id.slice(planned.collector.length + 1) : stream.id
  const [control] = records?.controls ?? []
  const parts = [
    ...(control === undefined ? [] : [control]),
    end.source,
    own,
    end.scope === '*' ? 'all' : end.scope,
    ...(stream.occurredAt === undefined ? [] : [periodName(plan.run.period)]),
    `${end.outcome.startedAt.slice(0, 19).replaceAll(/[-:]/g, '')}Z`,
    `${run}-${seal.sha256.slice(0, 8)}-${end.seq}`,
  ]
  return parts.map(safe).join('_')
}

function safe(part: string): string {
  const text = part
    .replaceAll(/[^A-Za-z0-9.-]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^[.-]+|[.-]+$/g, '')
  return text === '' ? '-' : text
}

const LENGTHS = [
  { months: 12, name: (year: number) => String(year) },
  { months: 3, name: (year: number, month: number) => (month % 3 === 0 ? `${year}Q${month / 3 + 1}` : undefined) },
  { months: 1, name: (year: number, month: number) => `${year}${String(month + 1).padStart(2, '0')}` },
]

/** `2026Q3`, `202609`, `2026`, or the first day and the last one. */
export function periodName({ from, to }: { from: string; to: string }): string {
  const first = new Date(from)
  const [year, month] = [first.getUTCFullYear(), first.getUTCMonth()]
  for (const { months, name } of LENGTHS) {
    const isWhole =
      first.getTime() === Date.UTC(year, month) &&
      Date.parse(to) === Date.UTC(year, month + months) &&
      (months < 12 || month === 0)
    const text = isWhole ? name(year, month) : undefined
    if (text !== undefined) return text
  }
  const day = (time: number) => new Date(time).toISOString().slice(0, 10).replaceAll('-', '')
  return `${day(first.getTime())}-${day(Date.parse(to) - 1)}`
}
