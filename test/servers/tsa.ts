import { execFile } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

async function openssl(...args: string[]): Promise<void> {
  await run('openssl', args)
}

export type KeyKind = 'ec' | 'ec-p521' | 'rsa' | 'rsa-1024' | 'secp256k1'

/** A certificate and its key, as PEM files. */
export interface Identity {
  cert: string
  key: string
  /** The issuers between it and the root, as a PEM file, if there are any. */
  chain?: string
}

export interface CertificateRequest {
  name: string
  /** Without: it signs itself. */
  issuer?: Identity
  key?: KeyKind
  /** Lines of an openssl extension section. */
  extensions: readonly string[]
  from?: Date
  to?: Date
  md?: string
}

export const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']
export const TIMESTAMPING = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=critical,timeStamping']

/** A folder in which `openssl` makes certificates and timestamps: nothing of it is ours but the TSTInfo of `sign`. */
export interface Workshop extends AsyncDisposable {
  folder: string
  certificate(request: CertificateRequest): Promise<Identity>
  /** What `openssl ts -reply` answers to a request. `settings`: lines for its section, that win. */
  reply(signer: Identity, request: Uint8Array, settings?: readonly string[]): Promise<Buffer>
  /** A token that `openssl cms -sign` makes over any TSTInfo, also one that `openssl ts` would refuse to make. */
  sign(signer: Identity, info: Uint8Array, options?: readonly string[]): Promise<Buffer>
  /** Whether `openssl ts -verify` accepts the token as of that time. */
  verifies(token: Uint8Array, data: Uint8Array, root: Identity, at: Date): Promise<boolean>
}

export async function createWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'tsa-'))
  let count = 0
  const place = async () => {
    const path = join(folder, String(count++))
    await mkdir(path)
    return path
  }
  const withFile = async (content: Uint8Array | string, name: string) => {
    const path = join(await place(), name)
    await writeFile(path, content)
    return path
  }
  return {
    folder,
    certificate: async (request) => makeCertificate(await place(), request),
    async reply(signer, request, settings = []) {
      const config = await withFile(tsaConfig(signer, settings), 'tsa.cnf')
      await writeFile(join(config, '..', 'serial'), '01\n')
      const query = await withFile(request, 'query')
      const out = join(await place(), 'reply')
      await run('openssl', ['ts', '-reply', '-config', config, '-queryfile', query, '-out', out], {
        cwd: join(config, '..'),
      })
      return await readFile(out)
    },
    async sign(signer, info, options = ['-md', 'sha256', '-cades']) {
      const content = await withFile(info, 'info')
      const out = join(await place(), 'token')
      const chain = signer.chain === undefined ? [] : ['-certfile', signer.chain]
      const head = ['cms', '-sign', '-binary', '-nodetach', '-nosmimecap', '-econtent_type', 'id-smime-ct-TSTInfo']
      const files = ['-in', content, '-signer', signer.cert, '-inkey', signer.key, '-outform', 'DER', '-out', out]
      await openssl(...head, ...files, ...chain, ...options)
      return await readFile(out)
    },
    async verifies(token, data, root, at) {
      const files = ['-in', await withFile(token, 'token'), '-data', await withFile(data, 'data')]
      const time = ['-attime', String(Math.floor(at.getTime() / 1000))]
      return run('openssl', ['ts', '-verify', '-token_in', ...files, '-CAfile', root.cert, ...time]).then(
        () => true,
        () => false,
      )
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

const DAY = 86_400_000

async function makeCertificate(place: string, request: CertificateRequest): Promise<Identity> {
  const { name, issuer, extensions, md = 'sha256' } = request
  const { from = new Date(Date.now() - DAY), to = new Date(Date.now() + 365 * DAY) } = request
  const at = (file: string) => join(place, file)
  await writeFile(at('key.pem'), newKey(request.key ?? 'ec'), { mode: 0o600 })
  await writeFile(at('index.txt'), '')
  await writeFile(at('ext.cnf'), `${['subjectKeyIdentifier=hash', ...extensions].join('\n')}\n`)
  await writeFile(
    at('ca.cnf'),
    `[ca]\ndefault_ca=d\n[d]\ndatabase=${at('index.txt')}\nnew_certs_dir=${place}\nrand_serial=yes\nunique_subject=no\n` +
      `policy=p\n[p]\ncommonName=supplied\n[req]\ndistinguished_name=dn\n[dn]\n`,
  )
  await openssl(
    'req',
    '-new',
    '-config',
    at('ca.cnf'),
    '-key',
    at('key.pem'),
    '-subj',
    `/CN=${name}`,
    '-out',
    at('csr'),
  )
  const by = issuer ? ['-cert', issuer.cert, '-keyfile', issuer.key] : ['-selfsign', '-keyfile', at('key.pem')]
  const span = ['-startdate', asn1Time(from), '-enddate', asn1Time(to)]
  const files = ['-config', at('ca.cnf'), '-extfile', at('ext.cnf'), '-in', at('csr'), '-out', at('cert.pem')]
  await openssl('ca', '-batch', '-notext', '-md', md, ...files, ...by, ...span)
  return { cert: at('cert.pem'), key: at('key.pem') }
}

const CURVES: Partial<Record<KeyKind, string>> = { ec: 'P-256', 'ec-p521': 'P-521', secp256k1: 'secp256k1' }

function newKey(kind: KeyKind): string {
  const form = { type: 'pkcs8', format: 'pem' } as const
  const namedCurve = CURVES[kind]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve }).privateKey.export(form).toString()
  const modulusLength = kind === 'rsa' ? 2048 : 1024
  return generateKeyPairSync('rsa', { modulusLength }).privateKey.export(form).toString()
}

function tsaConfig(signer: Identity, settings: readonly string[]): string {
  const defaults = [
    'serial=serial',
    `signer_cert=${signer.cert}`,
    `signer_key=${signer.key}`,
    ...(signer.chain === undefined ? [] : [`certs=${signer.chain}`]),
    'signer_digest=sha256',
    'default_policy=1.3.6.1.4.1.32473.1',
    'digests=sha256,sha384,sha512',
    'accuracy=secs:1,millisecs:500',
    'ess_cert_id_alg=sha256',
  ]
  const names = settings.map((line) => `${line.split('=')[0]}=`)
  const kept = defaults.filter((line) => !names.some((name) => line.startsWith(name)))
  return `[tsa]\ndefault_tsa=s\n[s]\n${[...kept, ...settings].join('\n')}\n`
}

/** `20260105060000Z` */
function asn1Time(date: Date): string {
  return `${date.toISOString().replaceAll(/[-:T]|\.\d+Z/g, '')}Z`
}

export interface InfoFields {
  data: Uint8Array
  hash?: 'sha1' | 'md5' | 'sha256' | 'sha384' | 'sha512'
  /** As written: `20260105060000Z`, or a date. */
  time: Date | string
  /** The content of the integer. */
  nonce?: Uint8Array
}

const HASH_OIDS = {
  md5: '2a864886f70d0205',
  sha1: '2b0e03021a',
  sha256: '608648016503040201',
  sha384: '608648016503040202',
  sha512: '608648016503040203',
}

/** The DER of a TSTInfo (RFC 3161, 2.4.2), for tokens that no honest authority would make. */
export function tstInfo({ data, hash = 'sha256', time, nonce }: InfoFields): Buffer {
  const imprint = element(
    0x30,
    element(0x30, element(0x06, Buffer.from(HASH_OIDS[hash], 'hex')), element(0x05)),
    element(0x04, createHash(hash).update(data).digest()),
  )
  return element(
    0x30,
    element(0x02, Buffer.of(1)),
    element(0x06, Buffer.from('2b0601040181fd5901', 'hex')),
    imprint,
    element(0x02, Buffer.of(0x2a)),
    element(0x18, Buffer.from(typeof time === 'string' ? time : asn1Time(time))),
    ...(nonce === undefined ? [] : [element(0x02, nonce)]),
  )
}

/** One element of DER. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  const length = body.length
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), body])
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), body])
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), body])
}

export type Respond = (request: Buffer, response: ServerResponse) => void | Promise<void>

export interface TsaServer extends AsyncDisposable {
  url: string
  requests: { headers: IncomingMessage['headers']; body: Buffer }[]
}

/** HTTP on loopback; `respond` gets the body of each request. */
export async function tsaServer(respond: Respond): Promise<TsaServer> {
  const requests: TsaServer['requests'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      requests.push({ headers: request.headers, body })
      void Promise.resolve(respond(body, response)).catch((error: unknown) => response.destroy(error as Error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsr`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers as an authority does. */
export function answer(response: ServerResponse, body: Uint8Array): void {
  response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(body)
}
