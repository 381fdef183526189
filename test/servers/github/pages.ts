/** GitHub's page numbers: 30 a page unless asked otherwise, never more than 100. */
export function pageOf<T>(items: readonly T[], query: URLSearchParams) {
  const size = Math.min(100, positive(query.get('per_page')) ?? 30)
  const number = positive(query.get('page')) ?? 1
  const last = Math.max(1, Math.ceil(items.length / size))
  return { items: items.slice((number - 1) * size, number * size), number, last }
}

function positive(text: string | null): number | undefined {
  const number = Number(text ?? '')
  return Number.isInteger(number) && number > 0 ? number : undefined
}

/** The `link` header of a page, with the relations in GitHub's order; undefined if there is only one page. */
export function linkHeader(address: URL, number: number, last: number): string | undefined {
  const to = (page: number, relation: string) => {
    const url = new URL(address)
    url.searchParams.set('page', String(page))
    return `<${url.href}>; rel="${relation}"`
  }
  const links = [
    ...(number > 1 ? [to(Math.min(number - 1, last), 'prev')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
    ...(number > 1 ? [to(1, 'first')] : []),
  ]
  return links.length > 0 ? links.join(', ') : undefined
}
