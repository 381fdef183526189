const DAY = 86_400_000
const today = Math.floor(Date.now() / DAY) * DAY

/**
 * A moment so many days before today's midnight in UTC, with whole seconds: what must be recent in a world stays recent,
 * and is the same all day.
 */
export function daysAgo(days: number, time = '10:00:00'): string {
  return `${new Date(today - days * DAY).toISOString().slice(0, 10)}T${time}Z`
}
