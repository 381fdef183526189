import type { NormalizedSchema } from '@smithy/core/schema'
import { type Operation, type Protocol, type Service, wireName } from './model.ts'
import type { Members } from './read.ts'

export interface WireResponse {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
  /** Half of the body is sent, then the connection is destroyed. */
  breaksOff?: boolean
}

/** An error as the service would answer it. `code` is the short one of its protocol: `AccessDenied`, `ThrottlingException`. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** Fields that no model lists, by name: a text, or a list of texts. Written into every structure, as a newer version would. */
export type Extra = Readonly<Record<string, unknown>>

interface Format {
  protocol: Protocol
  extra: Extra
}

/** @throws TypeError for a member that the model does not have: a fake must not answer what the service could not */
export function writeOutput(
  service: Service,
  operation: Operation,
  output: Members,
  requestId: string,
  extra: Extra = {},
): WireResponse {
  const status = operation.http?.status ?? 200
  const format = { protocol: service.protocol, extra }
  assertMembers(operation.output, output, operation.name)
  switch (service.protocol) {
    case 'query': {
      const result = operation.output
        ? `<${operation.name}Result>${xmlMembers(operation.output, output, format)}</${operation.name}Result>`
        : ''
      return xml(
        `<${operation.name}Response xmlns="${service.xmlNamespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation.name}Response>`,
        { 'x-amzn-requestid': requestId },
      )
    }
    case 'ec2':
      return xml(
        `<${operation.name}Response xmlns="${service.xmlNamespace}"><requestId>${requestId}</requestId>${operation.output ? xmlMembers(operation.output, output, format) : ''}</${operation.name}Response>`,
        { 'x-amzn-requestid': requestId },
      )
    case 'json':
      return {
        status,
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
        body: JSON.stringify(operation.output ? toJson(operation.output, output, format) : {}),
      }
    case 'rest-json':
    case 'rest-xml':
      return writeRest(service, operation, output, requestId, format)
  }
}

function writeRest(
  service: Service,
  { output: shape, http, name }: Operation,
  output: Members,
  requestId: string,
  format: Format,
): WireResponse {
  const headers: Record<string, string> = { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId }
  const body: Members = {}
  let payload: { member: NormalizedSchema; value: unknown } | undefined
  for (const [member, schema] of shape?.structIterator() ?? []) {
    const { httpHeader, httpPayload } = schema.getMergedTraits() as { httpHeader?: string; httpPayload?: number }
    const value = output[member]
    if (httpPayload) payload = { member: schema, value }
    else if (httpHeader === undefined) body[member] = value
    else if (value !== undefined) headers[httpHeader.toLowerCase()] = textOf(value)
  }
  const status = http?.status ?? 200
  if (service.protocol === 'rest-json') {
    const value = payload ? toJson(payload.member, payload.value, format) : shape ? toJson(shape, body, format) : {}
    return { status, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(value ?? {}) }
  }
  if (payload !== undefined) {
    if (payload.value === undefined) return { status, headers, body: '' }
    if (!payload.member.isStructSchema()) return { status, headers, body: textOf(payload.value) }
    return xml(
      xmlElement(
        payload.member,
        payload.value,
        format,
        payload.member.getMergedTraits().xmlName ?? shortName(payload.member),
      ),
      headers,
      status,
    )
  }
  if (shape === undefined) return { status, headers, body: '' }
  if (name === 'GetBucketLocation') {
    // The one answer of S3 whose only member is the document itself.
    const place = escape(textOf(body.LocationConstraint ?? ''))
    return xml(`<LocationConstraint xmlns="${service.xmlNamespace}">${place}</LocationConstraint>`, headers, status)
  }
  const root = (shape.getMergedTraits() as { xmlName?: string }).xmlName ?? name.replace(/^(?:Get|List|Describe)/, '')
  return xml(`<${root} xmlns="${service.xmlNamespace}">${xmlMembers(shape, body, format)}</${root}>`, headers, status)
}

function shortName(shape: NormalizedSchema): string {
  return shape.getName() ?? 'Result'
}

function xml(text: string, headers: Readonly<Record<string, string>>, status = 200): WireResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', ...headers },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${text}`,
  }
}

export function writeError(
  service: Service,
  { code, message, status }: AwsError,
  requestId: string,
  extra: Extra = {},
): WireResponse {
  const said = `<Message>${escape(message)}</Message>${xmlExtra(extra)}`
  switch (service.protocol) {
    case 'query':
      return xml(
        `<ErrorResponse xmlns="${service.xmlNamespace}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code>${said}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
        { 'x-amzn-requestid': requestId },
        status,
      )
    case 'ec2':
      return xml(
        `<Response><Errors><Error><Code>${code}</Code>${said}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
        { 'x-amzn-requestid': requestId },
        status,
      )
    case 'rest-xml':
      return xml(
        service.id === 's3'
          ? `<Error><Code>${code}</Code>${said}<RequestId>${requestId}</RequestId><HostId>${requestId}</HostId></Error>`
          : `<ErrorResponse xmlns="${service.xmlNamespace}"><Error><Code>${code}</Code>${said}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
        { 'x-amz-request-id': requestId },
        status,
      )
    case 'json':
      return {
        status,
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
        body: JSON.stringify({ __type: code, message, ...extra }),
      }
    case 'rest-json':
      return {
        status,
        headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': code },
        body: JSON.stringify({ message, ...extra }),
      }
  }
}

function assertMembers(shape: NormalizedSchema | undefined, value: Members, place: string): void {
  const known = new Set([...(shape?.structIterator() ?? [])].map(([name]) => name))
  for (const name of Object.keys(value)) if (!known.has(name)) throw new TypeError(`${place} has no member ${name}`)
}

function toJson(shape: NormalizedSchema, value: unknown, format: Format): unknown {
  if (value === undefined || value === null) return undefined
  if (value instanceof Date) return timestampFormat(shape) === DATE_TIME ? value.toISOString() : value.getTime() / 1000
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (shape.isListSchema()) return (value as unknown[]).map((item) => toJson(shape.getValueSchema(), item, format))
  if (shape.isMapSchema())
    return Object.fromEntries(
      Object.entries(value as Members).map(([key, item]) => [key, toJson(shape.getValueSchema(), item, format)]),
    )
  if (!shape.isStructSchema()) return value
  assertMembers(shape, value as Members, shortName(shape))
  const members: Members = {}
  for (const [name, member] of shape.structIterator()) {
    const written = toJson(member, (value as Members)[name], format)
    if (written !== undefined) members[wireName(member, format.protocol)] = written
  }
  return { ...members, ...format.extra }
}

/** Kinds of timestamps in schemas of the SDK: 5 `date-time`, 6 `http-date`, 7 `epoch-seconds`. */
const DATE_TIME = 5

function timestampFormat(shape: NormalizedSchema): unknown {
  return shape.isTimestampSchema() ? shape.getSchema() : undefined
}

function xmlMembers(shape: NormalizedSchema, value: Members, format: Format): string {
  let text = ''
  for (const [name, member] of shape.structIterator()) {
    const given = isAttribute(member) ? undefined : value[name]
    if (given !== undefined && given !== null)
      text += xmlElement(member, given, format, wireName(member, format.protocol))
  }
  return text + xmlExtra(format.extra)
}

function xmlExtra(extra: Extra): string {
  return Object.entries(extra)
    .map(([name, value]) => {
      const inside = Array.isArray(value)
        ? value.map((item: unknown) => `<member>${escape(textOf(item))}</member>`).join('')
        : escape(textOf(value))
      return `<${name}>${inside}</${name}>`
    })
    .join('')
}

const isAttribute = (member: NormalizedSchema) =>
  (member.getMergedTraits() as { xmlAttribute?: number }).xmlAttribute !== undefined

/** Only S3 has any: `xsi:type` of a grantee. */
function xmlAttributes(shape: NormalizedSchema, value: Members, format: Format): string {
  let text = ''
  for (const [name, member] of shape.structIterator()) {
    const given = value[name]
    if (!isAttribute(member) || given === undefined) continue
    text += ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ${wireName(member, format.protocol)}="${escape(textOf(given))}"`
  }
  return text
}

function xmlElement(shape: NormalizedSchema, value: unknown, format: Format, name: string): string {
  if (shape.isListSchema()) {
    const item = shape.getValueSchema()
    const { xmlFlattened } = shape.getMergedTraits() as { xmlFlattened?: number }
    const { xmlName = 'member' } = item.getMergedTraits() as { xmlName?: string }
    const items = value as unknown[]
    if (xmlFlattened) return items.map((one) => xmlElement(item, one, format, name)).join('')
    return `<${name}>${items.map((one) => xmlElement(item, one, format, xmlName)).join('')}</${name}>`
  }
  if (shape.isMapSchema()) {
    const entries = Object.entries(value as Members).map(
      ([key, item]) =>
        `<entry><key>${escape(key)}</key>${xmlElement(shape.getValueSchema(), item, format, 'value')}</entry>`,
    )
    return `<${name}>${entries.join('')}</${name}>`
  }
  if (shape.isStructSchema()) {
    assertMembers(shape, value as Members, shortName(shape))
    return `<${name}${xmlAttributes(shape, value as Members, format)}>${xmlMembers(shape, value as Members, format)}</${name}>`
  }
  return `<${name}>${escape(textOf(value))}</${name}>`
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new TypeError('not a scalar of a response')
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character)
}
