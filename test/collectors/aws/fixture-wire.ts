import type { Answer, Asked, Refusal, WireRequest } from 'affiant/testing'
import { deniedIn, throttledIn } from '../../servers/aws/faults.ts'
import type { Service } from '../../servers/aws/model.ts'
import { type Members, readCall } from '../../servers/aws/read.ts'
import { signedFor } from '../../servers/aws/server.ts'
import { AwsError, type Extra, writeError, writeOutput } from '../../servers/aws/write.ts'

const REQUEST_ID = '00000000-0000-4000-8000-000000000000'

/** A call as it was understood. */
export interface AwsAsked extends Asked {
  service: Service
  input: Members
  accessKeyId: string
  region: string
}

/** A document behind an address that needs no signature, asked for by its path. */
const documentAsked = ({ method, url: { pathname } }: WireRequest): Asked => ({
  operation: `${method} ${pathname}`,
  parameters: new URLSearchParams(),
  write: ({ headers = {}, body }) => ({
    status: 200,
    headers: { 'content-type': 'application/pdf', ...headers },
    body: typeof body === 'string' ? body : '',
  }),
  refuse: (refusal, { message }) => writeS3(refusal, message),
})

const writeS3 = (refusal: Refusal, message: string) => {
  const { status, code } = refusals[refusal]({ id: 's3', protocol: 'rest-xml' }, message)
  return { status, headers: { 'content-type': 'application/xml' }, body: `<Error><Code>${code}</Code></Error>` }
}

/**
 * AWS for the contract: operations have the names of the service's model, and parameters are the region and the members of
 * the input (`s3:GetBucketAcl?Bucket=logs`). Bodies are outputs by the names of the model, or an {@link AwsError}.
 */
export async function awsWire(request: WireRequest): Promise<Asked | undefined> {
  return request.headers.has('authorization') ? readAwsCall(request) : documentAsked(request)
}

/** What a signed request asks. */
export async function readAwsCall(request: WireRequest): Promise<AwsAsked | undefined> {
  const asWritten = { ...request, headers: Object.fromEntries(request.headers) }
  const { accessKeyId, region, service } = await signedFor(asWritten)
  const call = service && readCall(service, asWritten)
  if (service === undefined || call === undefined) return undefined
  const { operation, input } = call
  return {
    operation: `${service.id}:${operation.name}`,
    parameters: new URLSearchParams([['region', region], ...parametersOf(input)]),
    service,
    input,
    accessKeyId,
    region,
    write({ headers = {}, body }: Answer, extra: Extra = {}) {
      const written =
        body instanceof AwsError
          ? writeError(service, body, REQUEST_ID, extra)
          : writeOutput(service, operation, body as Members, REQUEST_ID, extra)
      return { ...written, headers: { ...written.headers, ...headers } }
    },
    refuse: (refusal, { message, extra }) =>
      writeError(service, refusals[refusal](service, message), REQUEST_ID, extra),
  }
}

/** How AWS says no: codes and status differ with the protocol. */
const refusals: Readonly<Record<Refusal, (service: Pick<Service, 'id' | 'protocol'>, message: string) => AwsError>> = {
  unauthorized: ({ protocol }, message) =>
    new AwsError(protocol === 'ec2' ? 'AuthFailure' : 'InvalidSignatureException', message, 401),
  denied: ({ id, protocol }, message) => deniedIn(id, protocol, message),
  'not-found': (_, message) => new AwsError('ResourceNotFoundException', message, 404),
  throttled: ({ id, protocol }) => throttledIn(id, protocol),
  error: (_, message) => new AwsError('InternalFailure', message, 500),
}

/** The input as texts. Times are left out: they depend on when somebody asks. */
function parametersOf(input: Members): [string, string][] {
  return Object.entries(input).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value instanceof Date) return []
    return [[name, typeof value === 'string' ? value : JSON.stringify(value)]]
  })
}
