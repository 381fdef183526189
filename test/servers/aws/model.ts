import { NormalizedSchema } from '@smithy/core/schema'

/**
 * The wire format of each service as its own SDK client describes it: every client carries its operations as data, with
 * names, bindings and shapes. So the fake writes what the service would, without a line per operation.
 */
export type Protocol = 'query' | 'ec2' | 'json' | 'rest-json' | 'rest-xml'

export interface Operation {
  name: string
  input: NormalizedSchema | undefined
  output: NormalizedSchema | undefined
  /** Of REST protocols: method, path with `{labels}` and query literals, status. */
  http:
    | {
        method: string
        path: RegExp
        labels: readonly string[]
        query: readonly (readonly [string, string])[]
        status: number
      }
    | undefined
}

export interface Service {
  /** Name in the credential scope of a signature: `iam`. */
  id: string
  protocol: Protocol
  xmlNamespace: string
  operations: ReadonlyMap<string, Operation>
}

interface Client {
  config: { protocol: { getShapeId(): string }; protocolSettings: { xmlNamespace?: string } }
}

const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  'aws.protocols#awsQuery': 'query',
  'aws.protocols#ec2Query': 'ec2',
  'aws.protocols#awsJson1_0': 'json',
  'aws.protocols#awsJson1_1': 'json',
  'aws.protocols#restJson1': 'rest-json',
  'aws.protocols#restXml': 'rest-xml',
}

const OPERATION = 9

/**
 * Reads a service from the module of its client.
 * @param module such as `await import('@aws-sdk/client-iam')`
 * @param client an instance of its client, whatever its region and credentials
 */
export function readService(id: string, module: Readonly<Record<string, unknown>>, client: unknown): Service {
  const { protocol, protocolSettings } = (client as Client).config
  const kind = PROTOCOLS[protocol.getShapeId()]
  if (kind === undefined) throw new TypeError(`${id} speaks ${protocol.getShapeId()}`)
  const operations = new Map<string, Operation>()
  for (const value of Object.values(module)) {
    if (!Array.isArray(value) || value[0] !== OPERATION) continue
    const [, , name, traits, input, output] = value as [number, string, string, unknown, unknown, unknown]
    operations.set(name, { name, input: shapeOf(input), output: shapeOf(output), http: bindingOf(traits) })
  }
  return { id, protocol: kind, xmlNamespace: protocolSettings.xmlNamespace ?? '', operations }
}

function shapeOf(schema: unknown): NormalizedSchema | undefined {
  const shape = NormalizedSchema.of(schema as never)
  return shape.isStructSchema() ? shape : undefined
}

function bindingOf(traits: unknown): Operation['http'] {
  const http = typeof traits === 'object' && traits !== null && 'http' in traits ? traits.http : undefined
  if (!Array.isArray(http)) return undefined
  const [method, uri, status] = http as [string, string, number]
  const [path = '', query = ''] = uri.split('?')
  const labels: string[] = []
  const pattern = path.replaceAll(
    /\{([^}+]+)(\+?)\}|[.*()[\]$^|\\]/g,
    (whole, label: string | undefined, greedy: string) => {
      if (label === undefined) return `\\${whole}`
      labels.push(label)
      return greedy === '+' ? '(.+)' : '([^/]+)'
    },
  )
  return {
    method,
    path: new RegExp(`^${pattern}/?$`),
    labels,
    // `x-id` tells operations of one path apart only for people who read logs.
    query: [...new URLSearchParams(query)].filter(([name]) => name !== 'x-id'),
    status,
  }
}

/** The member's name on the wire: by the trait of the protocol, else as it is. */
export function wireName(member: NormalizedSchema, protocol: Protocol): string {
  const traits = member.getMergedTraits() as Readonly<Record<string, string | undefined>>
  const own = member.getMemberName()
  if (protocol === 'rest-json' || protocol === 'json') return (protocol === 'rest-json' && traits.jsonName) || own
  return traits.xmlName ?? own
}
