/*
 * What a report can do where scripts run: search, filter and order the tables that say so. Every page is complete without
 * it. It reads what stands in the page and asks nothing else; no text of the page becomes markup.
 */

interface Line {
  row: HTMLTableRowElement
  words: string
  /** Values of each filter. */
  values: readonly (readonly string[])[]
}

interface Filter {
  label: string
  valuesOf(row: HTMLTableRowElement): readonly string[]
}

for (const table of document.querySelectorAll<HTMLTableElement>('table[data-filterable]')) enhance(table)

function enhance(table: HTMLTableElement): void {
  const [body] = table.tBodies
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])]
  if (body === undefined || body.rows.length < 2) return
  const filters = [...columnFilters(heads), ...extraFilters(table)]
  const lines = [...body.rows].map(
    (row): Line => ({
      row,
      words: row.textContent.toLowerCase(),
      values: filters.map((filter) => filter.valuesOf(row)),
    }),
  )
  sortable(heads, body)
  addTools(table, filters, lines)
}

function columnFilters(heads: readonly HTMLTableCellElement[]): Filter[] {
  return heads.flatMap((head, at) => {
    if (head.dataset.facet === undefined) return []
    return [{ label: head.textContent, valuesOf: (row) => [labelOf(row.cells[at])] }]
  })
}

/** The badge of a cell, or else all of it. */
function labelOf(cell: HTMLTableCellElement | undefined): string {
  return (cell?.querySelector('.badge') ?? cell)?.textContent.trim() ?? ''
}

function extraFilters(table: HTMLTableElement): Filter[] {
  const names = JSON.parse(table.dataset.facets ?? '{}') as Record<string, string>
  return Object.entries(names).map(([key, label]) => ({
    label,
    valuesOf: (row) => (JSON.parse(row.dataset.in ?? '{}') as Record<string, readonly string[]>)[key] ?? [],
  }))
}

function addTools(table: HTMLTableElement, filters: readonly Filter[], lines: readonly Line[]): void {
  const form = document.createElement('form')
  form.className = 'tools'
  const name = table.caption?.textContent ?? 'the table'
  form.setAttribute('role', 'search')
  form.setAttribute('aria-label', `Search and filter: ${name}`)
  const search = document.createElement('input')
  search.type = 'search'
  search.autocomplete = 'off'
  form.append(labelled('Search', search))
  const choices = filters.map(({ label }, at) => {
    const select = document.createElement('select')
    select.append(new Option('All', ''))
    const values = new Set(lines.flatMap(({ values: own }) => own[at] ?? []))
    for (const value of [...values].sort()) select.append(new Option(value, value))
    if (values.size > 1) form.append(labelled(label, select))
    return select
  })
  const reset = document.createElement('button')
  reset.type = 'reset'
  reset.textContent = 'Show all'
  reset.hidden = true
  const shown = document.createElement('p')
  shown.className = 'shown'
  shown.setAttribute('role', 'status')
  form.append(reset, shown)

  const apply = (): void => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
    let count = 0
    for (const line of lines) {
      const fits =
        words.every((word) => line.words.includes(word)) &&
        choices.every(({ value }, at) => value === '' || (line.values[at] ?? []).includes(value))
      line.row.hidden = !fits
      if (fits) count += 1
    }
    reset.hidden = count === lines.length && search.value === ''
    shown.textContent = `${grouped(count)} of ${grouped(lines.length)} rows`
  }
  form.addEventListener('input', apply)
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('reset', () => requestAnimationFrame(apply))
  apply()
  const region = table.closest('.table') ?? table
  region.before(form)
}

function labelled(text: string, field: HTMLElement): HTMLLabelElement {
  const label = document.createElement('label')
  label.append(text, field)
  return label
}

/** Each heading becomes a button: first press in order, second the other way round. */
function sortable(heads: readonly HTMLTableCellElement[], body: HTMLTableSectionElement): void {
  heads.forEach((head, at) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener('click', () => {
      const down = head.ariaSort === 'ascending'
      for (const other of heads) other.ariaSort = null
      head.ariaSort = down ? 'descending' : 'ascending'
      const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[at]) }))
      rows.sort((a, b) => (down ? -1 : 1) * compare(a.key, b.key))
      body.append(...rows.map(({ row }) => row))
    })
  })
}

function keyOf(cell: HTMLTableCellElement | undefined): string | number {
  const value = cell?.dataset.v ?? cell?.textContent.trim() ?? ''
  return value !== '' && Number.isFinite(Number(value)) ? Number(value) : value
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en', { numeric: true })
}

function grouped(count: number): string {
  return count.toLocaleString('en')
}
