/**
 * A count with its noun: `0 days`, `1 day`, `90 days`. Give the verb with the noun where it has to agree with it:
 * `plural(left, 'rule is off', 'rules are off')`.
 * @param many where it is not `one` with an `s`
 */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** How long a list of the config is, for criteria that rest on it: `none listed in config`, `3 listed in config`. */
export function listedInConfig(entries: readonly unknown[]): string {
  return `${entries.length === 0 ? 'none' : entries.length} listed in config`
}
