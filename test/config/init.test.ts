import type { Collector } from 'affiant/sdk'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { type InitOptions, initConfig } from '../../src/config/init.ts'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblems } from '../../src/config/problem.ts'
import { collector as git } from '../../collectors/git/index.ts'
import { GithubConfig } from '../../collectors/github/config.ts'
import { fakes } from './fakes.ts'

const github: Collector = { ...(fakes[0] ?? git), id: 'github', config: GithubConfig, secrets: { token: 'a token' } }

const OPTIONS: InitOptions = {
  installation: 'acme-laptop',
  schema: 'https://example.com/config.schema.json',
  store: './evidence',
  signingKey: './keys/collector.pem',
  pseudonymKey: './keys/pseudonyms.key',
}

function load(text: string) {
  const known = [git, github]
  return loadConfig({
    text,
    path: '/srv/affiant.yaml',
    collectors: (id) => known.find((collector) => collector.id === id),
    knownCollectorIds: known.map(({ id }) => id),
  })
}

test('begins with the line that gives editors the schema', () => {
  expect(initConfig(OPTIONS).split('\n')[0]).toBe(
    '# yaml-language-server: $schema=https://example.com/config.schema.json',
  )
})

test('with a checkout it is valid as it is, and shows how to add GitHub', () => {
  const text = initConfig({ ...OPTIONS, git: { path: '.', name: 'shop' } })
  const result = load(text)
  expect(formatProblems(result.problems, 'affiant.yaml')).toBe('')
  expect(result).toMatchObject({
    ok: true,
    config: {
      installation: 'acme-laptop',
      store: { path: '/srv/evidence' },
      sources: [{ id: 'git', config: { repositories: [{ path: '.', name: 'shop' }] } }],
      jobs: [{ id: 'default', sources: ['git'] }],
    },
  })
  const switchedOn = text
    .replaceAll(/^ {2}# ( *(?:- id|collector|config|secrets): ?)/gm, '  $1')
    .replace('[git]', '[git, github]')
  expect(load(switchedOn)).toMatchObject({ ok: true, config: { sources: [{ id: 'git' }, { id: 'github' }] } })
})

test('with an active organization it reads GitHub with a token from the environment', () => {
  const result = load(initConfig({ ...OPTIONS, github: { organization: 'acme', active: true } }))
  expect(result).toMatchObject({
    ok: true,
    config: {
      sources: [{ id: 'github', config: { organization: 'acme' }, secrets: { token: { env: 'GITHUB_TOKEN' } } }],
    },
  })
})

test('with neither, what is missing is the sources, and nothing else', () => {
  expect(load(initConfig(OPTIONS)).problems).toMatchObject([{ code: 'invalid-value', path: 'sources' }])
})

test('any path and name comes back as it was given', () => {
  const line = fc.string().filter((value) => value !== '')
  fc.assert(
    fc.property(line, line, fc.stringMatching(/^[a-z0-9]{1,20}$/), (path, store, installation) => {
      const options = {
        ...OPTIONS,
        store,
        installation,
        git: { path, name: path },
        github: { organization: store, active: false },
      }
      expect(parse(initConfig(options))).toMatchObject({
        installation,
        store: { path: store },
        sources: [{ config: { repositories: [{ path, name: path }] } }],
      })
    }),
  )
})
