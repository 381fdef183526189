import type { NormalizedSchema } from '@smithy/core/schema'
import { type Operation, type Service, wireName } from './model.ts'

export type Members = Record<string, unknown>

export interface WireRequest {
  method: string
  url: URL
  headers: Readonly<Record<string, string>>
  body: string
}

/** What an SDK asked: the operation and its input, by the names of the model. `undefined`: no operation of the service. */
export function readCall(service: Service, request: WireRequest): { operation: Operation; input: Members } | undefined {
  switch (service.protocol) {
    case 'query':
    case 'ec2': {
      const params = new URLSearchParams(request.body === '' ? request.url.search : request.body)
      const operation = service.operations.get(params.get('Action') ?? '')
      return operation && { operation, input: fromParams(operation.input, params, service.protocol) }
    }
    case 'json': {
      const operation = service.operations.get((request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '')
      return operation && { operation, input: fromJson(operation.input, parse(request.body), service) as Members }
    }
    case 'rest-json':
    case 'rest-xml':
      return readRest(service, request)
  }
}

function parse(body: string): unknown {
  return body === '' ? {} : JSON.parse(body)
}

/** The operation with the most query literals wins: `/?policyStatus` before `/`. */
function readRest(service: Service, { method, url, body }: WireRequest): ReturnType<typeof readCall> {
  const fitting = [...service.operations.values()]
    .filter(
      ({ http, input }) =>
        http?.method === method &&
        http.path.test(pathFor(service, http, url)) &&
        (service.id !== 's3' || takesBucket(input) === /^\/[^/]/.test(url.pathname)) &&
        http.query.every(([name, value]) => url.searchParams.get(name) === value),
    )
    .sort((a, b) => specificity(b) - specificity(a))
  const [operation] = fitting
  if (operation?.http === undefined) return undefined
  const values = operation.http.path.exec(pathFor(service, operation.http, url))?.slice(1) ?? []
  const input: Members = {
    ...(fromJson(
      operation.input,
      method === 'GET' || service.protocol === 'rest-xml' ? {} : parse(body),
      service,
    ) as Members),
  }
  operation.http.labels.forEach((label, at) => {
    input[label] = decodeURIComponent(values[at] ?? '')
  })
  for (const [name, member] of operation.input?.structIterator() ?? []) {
    const { httpQuery } = member.getMergedTraits() as { httpQuery?: string }
    if (httpQuery === undefined || !url.searchParams.has(httpQuery)) continue
    const all = url.searchParams.getAll(httpQuery)
    input[name] = member.isListSchema() ? all : scalar(member, all[0] ?? '')
  }
  if (service.id === 's3' && input.Bucket === undefined) {
    const [bucket] = url.pathname.split('/').filter((part) => part !== '')
    if (bucket !== undefined) input.Bucket = decodeURIComponent(bucket)
  }
  return { operation, input }
}

/** In the model a bucket is part of the host; here, with an address for a host, it is the first segment of the path. */
function pathFor(service: Service, http: NonNullable<Operation['http']>, url: URL): string {
  if (service.id !== 's3' || http.labels.includes('Bucket')) return url.pathname
  const [, ...rest] = url.pathname.split('/').filter((part) => part !== '')
  return `/${rest.join('/')}`
}

function takesBucket(input: NormalizedSchema | undefined): boolean {
  return [...(input?.structIterator() ?? [])].some(([name]) => name === 'Bucket')
}

function specificity({ http }: Operation): number {
  return (http?.query.length ?? 0) - (http?.labels.length ?? 0) * 0.1
}

function fromParams(
  shape: NormalizedSchema | undefined,
  params: URLSearchParams,
  protocol: 'query' | 'ec2',
  prefix = '',
): Members {
  const found: Members = {}
  for (const [name, member] of shape?.structIterator() ?? []) {
    const value = fromParam(member, params, protocol, `${prefix}${paramName(member, protocol)}`)
    if (value !== undefined) found[name] = value
  }
  return found
}

function paramName(member: NormalizedSchema, protocol: 'query' | 'ec2'): string {
  const { ec2QueryName } = member.getMergedTraits() as { ec2QueryName?: string }
  const name = wireName(member, protocol)
  return protocol === 'ec2' ? (ec2QueryName ?? name.charAt(0).toUpperCase() + name.slice(1)) : name
}

function fromParam(shape: NormalizedSchema, params: URLSearchParams, protocol: 'query' | 'ec2', key: string): unknown {
  if (shape.isListSchema()) {
    const { xmlFlattened } = shape.getMergedTraits() as { xmlFlattened?: number }
    const item = shape.getValueSchema()
    const { xmlName = 'member' } = item.getMergedTraits() as { xmlName?: string }
    const base = protocol === 'ec2' || xmlFlattened ? key : `${key}.${xmlName}`
    const items: unknown[] = []
    for (let at = 1; hasPrefix(params, `${base}.${at}`); at++)
      items.push(fromParam(item, params, protocol, `${base}.${at}`))
    return items.length > 0 ? items : undefined
  }
  if (shape.isStructSchema()) return hasPrefix(params, key) ? fromParams(shape, params, protocol, `${key}.`) : undefined
  const text = params.get(key)
  return text === null ? undefined : scalar(shape, text)
}

function hasPrefix(params: URLSearchParams, key: string): boolean {
  return [...params.keys()].some((name) => name === key || name.startsWith(`${key}.`))
}

function scalar(shape: NormalizedSchema, text: string): unknown {
  if (shape.isNumericSchema()) return Number(text)
  if (shape.isBooleanSchema()) return text === 'true'
  if (shape.isTimestampSchema()) return new Date(text)
  return text
}

function fromJson(shape: NormalizedSchema | undefined, value: unknown, service: Service): unknown {
  if (value === null || value === undefined || shape === undefined) return value ?? {}
  if (shape.isTimestampSchema()) return new Date(typeof value === 'number' ? value * 1000 : (value as string))
  if (shape.isListSchema()) return (value as unknown[]).map((item) => fromJson(shape.getValueSchema(), item, service))
  if (!shape.isStructSchema()) return value
  const members: Members = {}
  for (const [name, member] of shape.structIterator()) {
    const given = (value as Members)[wireName(member, service.protocol)]
    if (given !== undefined) members[name] = fromJson(member, given, service)
  }
  return members
}
