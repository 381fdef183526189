/** `1 check`, `3 checks`; `many` where the plural is irregular. */
export function number(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`
}

/** `3 of 12 checks`: a count never stands without its denominator. */
export function outOf(count: number, all: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} of ${number(all, one, many)}`
}

/** The verb after {@link outOf}: `1 of 3 runs was`, `2 of 3 runs were`, `0 of 1 run was`. */
export function were(count: number, all: number): 'was' | 'were' {
  return count === 1 || all === 1 ? 'was' : 'were'
}

/** `1,234,567` */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** `a, b and c`; with a limit `a, b and 5 more`. */
export function list(items: readonly string[], limit = items.length): string {
  const shown = items.slice(0, limit)
  const more = items.length - shown.length
  const parts = more > 0 ? [...shown, `${grouped(more)} more`] : shown
  const last = parts.at(-1) ?? ''
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`
}

/** `2026-10-01 06:00 UTC` of `2026-10-01T06:00:00.000Z`. */
export function minute(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`
}

export function day(instant: string): string {
  return instant.slice(0, 10)
}

/** Ends in a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') return ''
  const first = trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}
