import type { Mark, Naming, ThrottleRule } from '../sdk/naming.ts'

/** What a request says of itself, by the naming of the manifest. */
export interface Asked {
  service: string | undefined
  /** Every name of an operation that stands in it; more than one is suspicious. */
  operations: readonly string[]
  /** What its budget belongs to, besides host and limit. */
  budget: string
}

/** @param body of the request, if it has one */
export function readNaming(naming: Naming, request: Pick<Request, 'headers'>, url: URL, body?: Uint8Array): Asked {
  const form = formOf(request, body)
  const read = (mark: Mark) => valuesOf(mark, request.headers, form, url)
  return {
    service: read(naming.service)[0],
    operations: [...new Set(naming.operation.flatMap(read))],
    budget: naming.budget.map((mark) => read(mark)[0] ?? '').join(' '),
  }
}

/** Whatever its type says: a form that is sent as something else is a form to some servers. */
function formOf({ headers }: Pick<Request, 'headers'>, body: Uint8Array | undefined): URLSearchParams {
  if (body === undefined || /[/+]json\b|[/-]json-/.test(headers.get('content-type') ?? '')) return new URLSearchParams()
  return new URLSearchParams(new TextDecoder().decode(body))
}

function valuesOf({ in: place, name, pattern }: Mark, headers: Headers, form: URLSearchParams, url: URL): string[] {
  const header = headers.get(name)
  const found =
    place === 'header' ? (header === null ? [] : [header]) : (place === 'form' ? form : url.searchParams).getAll(name)
  return pattern === undefined ? found : found.flatMap((value) => pattern.exec(value)?.[1] ?? [])
}

const LOOKED_AT = 8192

/** Whether an answer says, in the source's own way, that it is a rate limit. */
export function saysThrottled(
  rules: readonly ThrottleRule[],
  { status, headers }: Response,
  body: Uint8Array,
): boolean {
  const those = status < 400 ? rules.filter((rule) => 'body' in rule && rule.whateverStatus) : rules
  if (those.length === 0) return false
  const text = new TextDecoder().decode(body.subarray(0, LOOKED_AT))
  return those.some((rule) =>
    'header' in rule ? rule.pattern.test(headers.get(rule.header) ?? '') : rule.body.test(text),
  )
}
