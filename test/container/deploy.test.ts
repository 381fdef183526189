import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { validate } from 'node-cron'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { ROOT } from '../architecture/tree.ts'
import { StoreError } from '../../src/model/store.ts'
import { httpServer } from '../support/http-server.ts'
import { daily, HOUR, sealedRun, startWorker } from '../worker/harness.ts'
import { parseDockerfile } from './dockerfile.ts'

/** Where there is no systemd, the units are only read. */
const ANALYZE = 'systemd-analyze'
const NODE = join(ROOT, 'node_modules/node/bin/node')
const read = (path: string) => readFile(join(ROOT, path), 'utf8')

function affiant(...args: string[]) {
  const command = ['--conditions=source', join(ROOT, 'src/cli/main.ts'), ...args]
  return spawnSync(NODE, command, { cwd: ROOT, encoding: 'utf8' })
}

/** Whether the command line knows this command with these options. */
function expectCommand([command = '', ...args]: readonly string[]): void {
  const nested = command === 'keys' ? args.slice(0, 1) : []
  const { status, stdout } = affiant(command, ...nested, '--help')
  expect({ command, status }).toEqual({ command, status: 0 })
  for (const option of args.filter((arg) => arg.startsWith('--'))) expect(stdout).toContain(`${option} `)
  const jobs = args.filter((_, index) => args[index - 1] === '--job')
  expect(config.jobs.map(({ id }) => id)).toEqual(expect.arrayContaining(jobs))
}

const Config = z.object({
  store: z.object({ path: z.string() }),
  jobs: z.array(z.object({ id: z.string(), schedule: z.string() })),
})
const text = await read('deploy/affiant.yaml')
const config = Config.parse(parse(text))
const secretFiles = Array.from(text.matchAll(/\{ file: (?<path>\S+) \}/g), ({ groups }) => groups?.['path'] ?? '')
const { version } = z.object({ version: z.string() }).parse(JSON.parse(await read('package.json')))
const image = parseDockerfile(await read('Dockerfile')).stages.at(-1)?.instructions ?? []
const inImage = (name: string) => image.findLast((instruction) => instruction.name === name)?.text ?? ''
const probe: unknown = JSON.parse(inImage('HEALTHCHECK').replace(/^.*CMD /, ''))

test('deploy/affiant.yaml is valid, and keeps the store where the image has its volume', () => {
  const { status, stdout } = affiant('validate', '--no-secrets', '--config', 'deploy/affiant.yaml')
  expect({ status, stdout }).toMatchObject({ status: 0 })
  expect(inImage('VOLUME')).toBe(config.store.path)
  expect(secretFiles).toHaveLength(3)
})

describe('the health check of the image', () => {
  test.each([
    [200, 0],
    [503, 1],
  ])('%i gives the exit status %i', async (answer, expected) => {
    await using server = await httpServer((_request, response) => void response.writeHead(answer).end())
    const [, ...args] = z.array(z.string()).parse(probe)
    const local = args.map((arg) => arg.replace('http://127.0.0.1:8484', server.url))
    const child = spawn(NODE, local, { stdio: 'ignore' })
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(expected)
    expect(server.requests.map(({ url }) => url)).toEqual(['/healthz'])
  })

  test('asks at the port that the worker has by default', () => {
    expect(affiant('worker', '--help').stdout).toMatch(/default:\s+8484/)
  })
})

/** A key that must not be there. */
const absent = z.undefined().optional()

const Compose = z.object({
  services: z.object({
    affiant: z.object({
      image: z.string(),
      build: z.string(),
      command: z.array(z.string()),
      user: z.string(),
      read_only: z.boolean(),
      cap_drop: z.array(z.string()),
      security_opt: z.array(z.string()),
      volumes: z.array(z.string()),
      secrets: z.array(z.object({ source: z.string(), target: z.string() })),
      privileged: absent,
      network_mode: absent,
      hostname: absent,
      ports: absent,
      environment: absent,
    }),
  }),
  volumes: z.record(z.string(), z.null()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
})

test('deploy/compose: the service is locked down and gets what the config names', async () => {
  const compose = Compose.parse(parse(await read('deploy/compose/compose.yaml')))
  const { affiant: service } = compose.services
  expect(service).toMatchObject({
    image: `affiant:${version}`,
    user: inImage('USER'),
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
  })
  expectCommand(service.command)
  await stat(join(ROOT, 'deploy/compose', service.build, 'Dockerfile'))
  await stat(join(ROOT, 'deploy/compose', '../affiant.yaml'))
  expect(service.volumes).toEqual([`evidence:${config.store.path}`, '../affiant.yaml:/etc/affiant/affiant.yaml:ro'])
  expect(service.secrets.map(({ target }) => target)).toEqual(secretFiles)
  expect(service.secrets.map(({ source }) => source)).toEqual(Object.keys(compose.secrets))
})

const Container = z.object({
  image: z.string(),
  args: z.array(z.string()),
  securityContext: z.unknown(),
  resources: z.object({ limits: z.object({ memory: z.string() }) }),
  env: absent,
  readinessProbe: z.object({ exec: z.object({ command: z.unknown() }) }).optional(),
  livenessProbe: absent,
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
})
const Pod = z.object({
  automountServiceAccountToken: z.literal(false),
  hostNetwork: absent,
  hostname: absent,
  restartPolicy: z.string().optional(),
  terminationGracePeriodSeconds: z.number(),
  securityContext: z.unknown(),
  containers: z.tuple([Container]),
  volumes: z.array(z.looseObject({ name: z.string() })),
})
const Template = z.object({ spec: Pod })
const CronJob = z.object({
  kind: z.literal('CronJob'),
  spec: z.object({
    schedule: z.string().refine(validate),
    timeZone: z.literal('Etc/UTC'),
    concurrencyPolicy: z.literal('Forbid'),
    jobTemplate: z.object({ spec: z.object({ backoffLimit: z.literal(0), template: Template }) }),
  }),
})
const Deployment = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({
    replicas: z.literal(1),
    strategy: z.object({ type: z.literal('Recreate') }),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: Template.extend({ metadata: z.object({ labels: z.record(z.string(), z.string()) }) }),
  }),
})

async function manifest(name: string): Promise<unknown> {
  const documents = parseAllDocuments(await read(`deploy/kubernetes/${name}`))
  expect(documents.length).toBe(1)
  expect(documents.flatMap(({ errors }) => errors)).toEqual([])
  return documents[0]?.toJS()
}

/** The Pod Security Standard "restricted", https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
function expectRestricted({ securityContext, containers: [container], volumes }: z.output<typeof Pod>): void {
  const [uid = '', gid = ''] = inImage('USER').split(':')
  expect(securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: Number(uid),
    runAsGroup: Number(gid),
    fsGroup: Number(gid),
    seccompProfile: { type: 'RuntimeDefault' },
  })
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  expect(container.image).toBe(`affiant:${version}`)
  expect(volumes.filter((volume) => 'hostPath' in volume)).toEqual([])
  expect(volumes.map(({ name }) => name)).toEqual(container.volumeMounts.map(({ name }) => name))
  const mounts = Object.fromEntries(container.volumeMounts.map(({ name, mountPath }) => [name, mountPath]))
  expect(mounts['evidence']).toBe(config.store.path)
  expect(mounts['config']).toBe(inImage('WORKDIR'))
  for (const path of secretFiles) expect(path.startsWith(`${mounts['secrets']}/`)).toBe(true)
}

describe('deploy/kubernetes', () => {
  test('the CronJob', async () => {
    const { spec } = CronJob.parse(await manifest('cronjob.yaml'))
    const pod = spec.jobTemplate.spec.template.spec
    expectRestricted(pod)
    expect(pod.restartPolicy).toBe('Never')
    expectCommand(pod.containers[0].args)
  })

  test('the worker', async () => {
    const { spec } = Deployment.parse(await manifest('worker.yaml'))
    expectRestricted(spec.template.spec)
    expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels)
    const [container] = spec.template.spec.containers
    expectCommand(container.args)
    expect(container.readinessProbe?.exec.command).toEqual(probe)
  })

  test('the volume is the one the pods claim', async () => {
    const claim = z.object({ metadata: z.object({ name: z.string() }) }).parse(await manifest('storage.yaml'))
    for (const name of ['cronjob.yaml', 'worker.yaml']) {
      expect(await read(`deploy/kubernetes/${name}`)).toContain(`claimName: ${claim.metadata.name} `)
    }
  })
})

describe('deploy/systemd', async () => {
  const names = (await readdir(join(ROOT, 'deploy/systemd'))).toSorted()
  const services = names.filter((name) => name.endsWith('.service'))
  const hasAnalyze = spawnSync(ANALYZE, ['--version']).status === 0

  /** Copies whose command exists on this machine. */
  async function withUnits(use: (paths: string[]) => void): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'affiant-units-'))
    try {
      for (const name of names) {
        const unit = await read(`deploy/systemd/${name}`)
        await writeFile(join(folder, name), unit.replace('/usr/local/bin/affiant', '/bin/true'))
      }
      use(names.map((name) => join(folder, name)))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  test('there are a timer with its service, and the worker', () => {
    expect(names).toEqual(['affiant-run.service', 'affiant-run.timer', 'affiant-worker.service'])
  })

  test.each(services)('%s runs a command there is, with as few rights as it can', async (name) => {
    const lines = (await read(`deploy/systemd/${name}`)).split('\n')
    const command = lines
      .find((line) => line.startsWith('ExecStart=/usr/local/bin/affiant '))
      ?.split(' ')
      .slice(1)
    expectCommand(command ?? [])
    for (const line of [
      'DynamicUser=yes',
      'StateDirectory=affiant',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'ProtectSystem=strict',
      'ProtectHome=yes',
      'PrivateTmp=yes',
      'PrivateDevices=yes',
      'RestrictNamespaces=yes',
      'SystemCallFilter=@system-service',
    ]) {
      expect(lines).toContain(line)
    }
    expect(lines.filter((line) => line.startsWith('LoadCredential='))).toHaveLength(secretFiles.length)
    expect(lines.join('\n')).toContain(`/run/credentials/${name}/`)
  })

  test.skipIf(!hasAnalyze)('systemd-analyze accepts the units and finds little exposed', async () => {
    await withUnits((paths) => {
      const verified = spawnSync(ANALYZE, ['verify', ...paths], { encoding: 'utf8' })
      expect({ status: verified.status, said: verified.stderr }).toEqual({ status: 0, said: '' })
      for (const path of paths.filter((one) => one.endsWith('.service'))) {
        // Tenths; 100 is a unit without any restriction.
        const args = ['security', '--no-pager', '--offline=true', '--threshold=25', path]
        const { status, stdout } = spawnSync(ANALYZE, args, { encoding: 'utf8' })
        expect({ status, said: status === 0 ? '' : stdout }).toEqual({ status: 0, said: '' })
      }
    })
  })
})

test('deploy/cron: one line that runs a command there is, at the time of the other files', async () => {
  const lines = (await read('deploy/cron/affiant')).split('\n').filter((line) => /^[^#A-Z]/.test(line))
  expect(lines).toHaveLength(1)
  const { time = '', command = '' } =
    /^(?<time>(?:\S+ ){5})affiant out=\$\(affiant (?<command>[^%]+) 2>&1\) \|\| echo "\$out"$/.exec(lines[0] ?? '')
      ?.groups ?? {}
  expect(time.trim()).toBe(config.jobs[0]?.schedule)
  expectCommand(command.split(' '))
})

describe('docs/running.md', async () => {
  const document = await read('docs/running.md')
  const shell = Array.from(document.matchAll(/```sh\n(?<lines>.*?)```/gs), ({ groups }) => groups?.['lines'] ?? '')

  test('every affiant command in it exists', () => {
    const commands = shell.flatMap((lines) => lines.split('\n')).filter((line) => line.startsWith('affiant '))
    expect(commands.length).toBeGreaterThan(2)
    for (const command of commands) expectCommand(command.split(' ').slice(1))
  })

  test('every file of deploy/ it names exists, and it names them all', async () => {
    const mentioned = new Set(document.match(/deploy\/[\w./-]*\w/g))
    for (const path of mentioned) await stat(join(ROOT, path))
    const files = (await readdir(join(ROOT, 'deploy'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length + 1))
    expect(files.filter((path) => !mentioned.has(path))).toEqual([])
  })

  test('its health document has the shape of one the worker gives', async () => {
    const full = new StoreError('full', 'no space left', { path: '/srv', hint: 'Make room.' })
    const sealed = sealedRun(41, '2026-01-05T05:17:00Z')
    const worker = startWorker({
      jobs: [daily('daily', 7)],
      histories: { daily: { opened: sealed, sealed } },
      body: () => Promise.reject(full),
    })
    await worker.clock.advance(2 * HOUR)
    const shape = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shape)
      if (typeof value !== 'object' || value === null) return typeof value
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
    }
    const example: unknown = JSON.parse(/```json\n(?<json>.*?)```/s.exec(document)?.groups?.['json'] ?? '')
    expect(shape(example)).toEqual(shape(worker.health()))
    expect(example).toMatchObject({ jobs: [{ problems: worker.health().jobs[0]?.problems }] })
  })
})
