import * as fs from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PopulationJson, PopulationListJson, SampleJson } from '../../src/report/json/population.ts'
import { VerifyJson } from '../../src/report/json/verify.ts'
import { acmeIdentity, type OktaServer, startOkta } from '../servers/okta/index.ts'
import { affiant, sh } from './support/cli.ts'
import { oktaSource, type Workspace, workspace } from './support/workspace.ts'

/*
 * Populations of another collector than the one that most samples are of: who joined and left, and whose privileges changed, as
 * an emulated Okta tells it. The period ended yesterday, so the run reads events only.
 */

const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)

let okta: OktaServer
let at: Workspace
const run = (...args: string[]) => affiant(args, { cwd: at.folder, env: { E2E_OKTA_TOKEN: okta.tokens.superAdmin } })

beforeAll(async () => {
  okta = await startOkta({ seed: acmeIdentity(new Date()) })
  at = await workspace()
  await at.config({ sources: [{ ...oktaSource(okta), share: 1 }] })
  const ran = await run('run', '--from', day(80), '--to', day(1))
  if (ran.exitCode === 1) throw new Error(ran.stderr)
}, 60_000)
afterAll(async () => {
  await okta?.close()
  await at?.[Symbol.asyncDispose]()
})

describe('populations of Okta', () => {
  it('are those of its System Log, with the bounds of the period', async () => {
    const { stdout } = await run('population', 'list', '--json')
    const { populations } = PopulationListJson.parse(JSON.parse(stdout))
    const events = populations.filter(({ kind }) => kind === 'events')
    expect(events.map(({ stream }) => stream)).toEqual(
      expect.arrayContaining(['okta.joiners', 'okta.leavers', 'okta.privilege-changes']),
    )
    for (const { period, complete } of events)
      expect({ complete, period }).toEqual({
        complete: true,
        period: { from: `${day(80)}T00:00:00.000Z`, to: `${day(0)}T00:00:00.000Z` },
      })
  })

  it.each(['okta.joiners', 'okta.leavers', 'okta.privilege-changes'])(
    '%s shows what was asked, and has no row of another time',
    async (stream) => {
      const { exitCode, stdout } = await run('population', 'show', stream, '--json')
      const { population, rows } = PopulationJson.parse(JSON.parse(stdout))
      expect(exitCode).toBe(0)
      expect(population).toMatchObject({
        endMarker: 'reached',
        complete: true,
        occurredAt: 'published',
        count: rows.length,
      })
      expect(population.asked.map(({ request }) => request).join()).toContain('/api/v1/logs')
      const { from = '', to = '' } = population.period ?? {}
      for (const { occurredAt } of rows) expect(occurredAt! >= from && occurredAt! < to).toBe(true)
    },
    60_000,
  )

  it('can be sampled whole, with what each check found, and exported to an auditor who sees the same', async () => {
    const question = ['--engagement', 'Example audit', '--control', '8.2', '--output', 'census']
    const { exitCode, stdout, stderr } = await run('sample', 'okta.privilege-changes', '--all', ...question, '--json')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const census = SampleJson.parse(JSON.parse(stdout))
    expect(census).toMatchObject({ size: census.of, asked: 'all', control: { id: 'A.8.2' } })
    expect(census.of).toBeGreaterThan(0)
    expect(census.tests?.map(({ check }) => check)).toContain('okta.privileged-changes-ticketed')
    for (const { deviations, file } of census.tests ?? []) {
      const lines = file === undefined ? '' : await fs.readFile(at.path(`census/${file}`), 'utf8')
      expect(lines.split('\n')).toHaveLength(deviations + 1)
    }
    const period = ['--from', day(1), '--to', day(-1), '--recipient', 'Example Auditors Ltd']
    expect(await run('export', ...period, '-o', 'all.evx.tar')).toMatchObject({ exitCode: 0 })
    const verified = await run('verify', 'all.evx.tar', '--key', 'key.pub.pem', '--json')
    expect(VerifyJson.parse(JSON.parse(verified.stdout)).failures).toEqual([])
    await sh('tar', ['xf', 'all.evx.tar'], at.folder)
    const [bag = ''] = (await fs.readdir(at.folder)).filter((name) => name.startsWith('e2e_'))
    expect(await sh('sh', [`${bag}/verify.sh`, 'key.pub.pem'], at.folder)).toContain('VERIFIED')
    const seen = await run('population', 'show', 'okta.privilege-changes', '--export', 'all.evx.tar', '--json')
    const { population } = PopulationJson.parse(JSON.parse(seen.stdout))
    expect(population).toEqual(census.population)
  }, 60_000)
})
