import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoConfig, INSTALLATION, TOKEN_VARIABLES } from '../../scripts/demo/config.ts'
import { EXIT } from '../../src/cli/exit-codes.ts'
import { startGithub } from '../servers/github/index.ts'

const ROOT = resolve(import.meta.dirname, '..', '..')
const readme = await readFile(join(ROOT, 'README.md'), 'utf8')

function affiant(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  return new Promise<{ status: number; stdout: string }>((done) => {
    const program = ['--conditions=source', join(ROOT, 'src', 'cli', 'main.ts'), ...args]
    const child = execFile(process.execPath, program, { cwd: ROOT, ...options }, (_error, stdout) =>
      done({ status: child.exitCode ?? -1, stdout }),
    )
  })
}

/** Texts of the fenced blocks of a language. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text)
}

/** Every command a reader may type: lines of shell blocks, prompts of examples, and inline code. */
function commands(): string[][] {
  const shell = blocks('sh').flatMap((text) => text.split('\n'))
  const prompts = blocks('console').flatMap((text) => [...text.matchAll(/^\$ (.*)$/gm)].map(([, line = '']) => line))
  const inline = [...readme.matchAll(/`((?:npx |npm )?[^`\n]+)`/g)].map(([, code = '']) => code)
  return [...shell, ...prompts, ...inline]
    .flatMap((line) => line.replace(/\s+#.*$/, '').split('&&'))
    .map((command) => command.trim().replace(/^npx /, '').split(/\s+/))
    .filter(([program]) => program === 'affiant' || program === 'npm')
}

describe('commands of the README', () => {
  const subcommands = new Set(commands().flatMap(([program, name]) => (program === 'affiant' && name ? [name] : [])))

  it('names the commands of a first run', () => {
    expect([...subcommands].sort()).toEqual(expect.arrayContaining(['init', 'run', 'show', 'verify']))
  })

  it.each([...subcommands])('affiant %s exists, with every option that is shown', async (name) => {
    const { status, stdout } = await affiant([name, '--help'])
    expect(status).toBe(0)
    expect(stdout).toMatch(new RegExp(`^Usage: affiant ${name}\\b`))
    const options = commands().flatMap(([program, command, ...rest]) =>
      program === 'affiant' && command === name ? rest.filter((word) => word.startsWith('--')) : [],
    )
    for (const option of options) expect(stdout).toMatch(new RegExp(`^ +${option}\\b`, 'm'))
  })

  it('npm scripts exist', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
    const used = commands().flatMap(([program, verb, script]) =>
      program !== 'npm' || verb === 'ci' || verb === 'link' ? [] : [verb === 'run' ? script : verb],
    )
    expect(used).toEqual(expect.arrayContaining(['demo', 'test']))
    for (const script of used) expect(scripts).toHaveProperty(String(script))
  })
})

describe('links of the README', () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)

  it.each(links)('%s leads somewhere', async (link) => {
    const [path = '', anchor] = link.split('#')
    expect(existsSync(join(ROOT, path))).toBe(true)
    if (anchor === undefined) return
    const headings = [...(await readFile(join(ROOT, path), 'utf8')).matchAll(/^#+ (.*)$/gm)]
    expect(headings.map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-'))).toContain(anchor)
  })
})

it('the README lists the exit statuses that there are', () => {
  const listed = [...readme.matchAll(/^\| (\d) \|/gm)].map(([, status]) => Number(status))
  expect(listed).toEqual(Object.values(EXIT).filter((status) => status < 100))
})

describe('the example of the README', () => {
  const RUN = ['run', '--config', 'demo-out/affiant.yaml']
  let folder: string
  let real: { status: number; stdout: string }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'affiant-readme-'))
    const github = await startGithub({
      faults: [
        { on: /2fa_disabled/, kind: 'forbidden' },
        { on: /graphql query members/, kind: 'graphql-error', type: 'FORBIDDEN' },
      ],
    })
    try {
      await affiant(['init', '--dir', 'demo-out', '--installation', INSTALLATION], { cwd: folder })
      const config = demoConfig({ baseUrl: github.url, schema: 'config.schema.json', today: new Date() })
      await writeFile(join(folder, 'demo-out', 'affiant.yaml'), config)
      const env = { ...process.env, [TOKEN_VARIABLES.github]: github.tokens.owner }
      real = await affiant(RUN, { cwd: folder, env })
    } finally {
      await github.close()
    }
  }, 60_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is of the command that was run', () => {
    expect(blocks('console')[0]?.split('\n')[0]).toBe(`$ affiant ${RUN.join(' ')}`)
  })

  it('says what a real run says', () => {
    // Numbers and dates may age, and with them the width of columns.
    const alike = (line: string) => line.replaceAll(/\d+/g, '0').replaceAll(/ +/g, ' ').trim()
    const output = real.stdout.split('\n').map(alike)
    const text =
      blocks('console')[0]
        ?.replace(/^\$ affiant.*\n/, '')
        .replace(/^\$ echo[^]*/m, '') ?? ''
    let from = 0
    for (const part of text.trimEnd().split(/^ *\[…\]\n?/m)) {
      const lines = part.replace(/\n$/, '').split('\n').map(alike)
      const at = output.findIndex((_, index) => index >= from && lines.every((line, i) => output[index + i] === line))
      expect(at, `not in the output, in this order:\n${part}`).toBeGreaterThanOrEqual(0)
      from = at + lines.length
    }
  })

  it('ends as a real run ends', () => {
    expect(real.status).toBe(EXIT.incomplete)
    expect(blocks('console')[0]).toMatch(new RegExp(`^\\$ echo \\$\\?\\n${real.status}\\n`, 'm'))
  })
})
