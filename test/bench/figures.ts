/** One figure of a benchmark beside its target; both with their unit. */
export interface Figure {
  measure: string
  figure: string
  target: string
  met: boolean
}

const FIGURE = /^(?<label>.*?) ?(?<number>[\d.]+) (?<unit>s|ms|MB|%)$/

/**
 * Reads the line a benchmark prints: `what was done: 12.3 s, peak RSS 200 MB (targets 15 s, 250 MB)`, targets in the order
 * of the figures. The measure may contain colons and commas; other lines are left out.
 */
export function figuresOf(printed: string): Figure[] {
  return printed.split('\n').flatMap((line) => {
    const [, what = '', figures = '', targets = ''] = /^(.*): (.*?) \(targets? (.*?)\)/.exec(line) ?? []
    const wanted = targets.split(', ')
    return figures.split(', ').flatMap((text, index) => {
      const { label, number, unit } = FIGURE.exec(text)?.groups ?? {}
      const target = FIGURE.exec(wanted[index] ?? '')?.groups
      if (number === undefined || target === undefined) return []
      const measure = label ? `${what}: ${label}` : what
      const met = unit === target.unit && Number(number) <= Number(target.number)
      return [{ measure, figure: `${number} ${unit}`, target: `${target.number} ${target.unit}`, met }]
    })
  })
}
