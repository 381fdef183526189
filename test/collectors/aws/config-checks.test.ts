import { describe, expect, it } from 'vitest'
import { baselineChangesExplained } from '../../../collectors/aws/checks/baseline-changes-explained.ts'
import { configAggregatorCoversOrganization } from '../../../collectors/aws/checks/config-aggregator-covers-organization.ts'
import { configRecorderInEveryRegion } from '../../../collectors/aws/checks/config-recorder-in-every-region.ts'
import { configRulesMet } from '../../../collectors/aws/checks/config-rules-met.ts'
import { conformancePackDeployed } from '../../../collectors/aws/checks/conformance-pack-deployed.ts'
import { stacksInSync } from '../../../collectors/aws/checks/stacks-in-sync.ts'
import {
  ACCOUNT,
  aggregatorExample,
  aggregatorSourceExample,
  callExample,
  changeExample,
  channelExample,
  packExample,
  recorderExample,
  recordersExample,
  resultExample,
  ruleExample,
  stackExample,
} from '../../../collectors/aws/examples/config.ts'
import { checks } from '../../../collectors/aws/of-configuration.ts'
import { results, statuses, verdict } from '../okta/configuration-harness.ts'

const OTHER = '444455556666'
const examples = checks.flatMap((check) =>
  Object.entries(check.examples).map(([status, example]) => ({ id: check.id, status, check, example })),
)

describe('examples', () => {
  it.each(examples)('$id: $status', async ({ check, status, example }) => {
    const found =
      check.kind === 'all' && 'inputs' in example
        ? (await results(check, example.inputs, example.params)).map((result) => result.status)
        : check.kind === 'each' && 'record' in example
          ? [verdict(check, example.record, example.params).status]
          : []
    const whole = ['fail', 'unknown', 'pass', 'not-applicable'].find((one) => found.includes(one as 'pass'))
    expect(whole ?? check.emptyPopulation).toBe(status)
  })

  it.each(checks.filter((check) => check.kind === 'all'))('$id says nothing of nothing', async (check) => {
    const found = await results(check, {})
    expect(found.filter(({ status }) => status === 'pass' || status === 'fail')).toEqual([])
  })
})

describe('aws.config-recorder-in-every-region', () => {
  const judge = (...recorders: Parameters<typeof recordersExample>[0][]) =>
    statuses(configRecorderInEveryRegion, { recorders: recorders.map((parts) => recordersExample(parts)) })

  it.each([
    ['off', { recording: false }],
    ['failing', { status: 'Failure' }],
    ['never started', { status: null }],
    ['of chosen types', { strategy: 'INCLUSION_BY_RESOURCE_TYPES', types: ['AWS::EC2::VPC'] }],
    ['of an AWS service', { servicePrincipal: 'service.amazonaws.com' }],
  ])('fails for a recorder that is %s', async (_, parts) => {
    const found = await judge({ recorders: [recorderExample(parts)] })
    expect(found[`${ACCOUNT}/eu-central-1`]).toBe('fail')
  })

  it('fails where nothing can be delivered, or the last delivery failed', async () => {
    expect(await judge({ channels: [] })).toMatchObject({ [`${ACCOUNT}/eu-central-1`]: 'fail' })
    const failing = { channels: [channelExample({ historyStatus: 'FAILURE', historyErrorCode: 'AccessDenied' })] }
    expect(await judge(failing)).toMatchObject({ [`${ACCOUNT}/eu-central-1`]: 'fail' })
    const idle = { channels: [channelExample({ historyStatus: 'Not_Applicable' })] }
    expect(await judge(idle)).toMatchObject({ [`${ACCOUNT}/eu-central-1`]: 'pass' })
  })

  it('asks for IAM in one region of each account', async () => {
    const local = { recorders: [recorderExample({ globalTypes: false })] }
    expect(await judge(local, { region: 'us-east-1' })).toMatchObject({ [`${ACCOUNT}:global`]: 'pass' })
    expect(await judge(local, { ...local, region: 'us-east-1' })).toMatchObject({ [`${ACCOUNT}:global`]: 'fail' })
    const without = { strategy: 'EXCLUSION_BY_RESOURCE_TYPES', excludedTypes: ['AWS::IAM::Role'] }
    expect(await judge({ recorders: [recorderExample(without)] })).toMatchObject({
      [`${ACCOUNT}/eu-central-1`]: 'pass',
      [`${ACCOUNT}:global`]: 'fail',
    })
  })
})

describe('aws.config-aggregator-covers-organization', () => {
  const recorders = [recordersExample(), recordersExample({ account: OTHER })]
  const sources = [aggregatorSourceExample(), aggregatorSourceExample({ source: OTHER })]
  const judge = async (inputs: object) =>
    Object.values(
      await statuses(configAggregatorCoversOrganization, {
        recorders,
        sources,
        aggregators: [aggregatorExample()],
        ...inputs,
      }),
    )

  it.each(['FAILED', 'OUTDATED', null])('fails for a source that is %s', async (status) => {
    expect(await judge({ sources: [sources[0], aggregatorSourceExample({ source: OTHER, status })] })).toEqual(['fail'])
  })

  it('fails for an account that is no source', async () => {
    expect(await judge({ sources: sources.slice(0, 1) })).toEqual(['fail'])
  })

  it('fails where no aggregator is of the whole organisation and all regions', async () => {
    expect(await judge({ aggregators: [aggregatorExample({ allRegions: false })] })).toEqual(['fail'])
    expect(await judge({ aggregators: [] })).toEqual(['fail'])
  })
})

describe('aws.config-rules-met', () => {
  it('counts what meets a rule as well as what does not', async () => {
    const found = await results(configRulesMet, {
      rules: [ruleExample({ compliance: 'NON_COMPLIANT' })],
      results: [
        resultExample(),
        resultExample({ resource: 'vol-2' }),
        resultExample({ resource: 'vol-3', compliance: 'NON_COMPLIANT' }),
        resultExample({ resource: 'vol-4', compliance: 'NOT_APPLICABLE' }),
      ],
    })
    expect(found).toMatchObject([{ status: 'fail', detail: '1 of 3 resources does not meet it: vol-3' }])
    const good = await results(configRulesMet, { rules: [ruleExample()], results: [resultExample()] })
    expect(good).toMatchObject([{ status: 'pass', detail: '1 resource meets it' }])
  })

  it('tells rules of other regions and accounts apart', async () => {
    const found = await results(configRulesMet, {
      rules: [ruleExample(), ruleExample({ account: OTHER, arn: 'arn:other' })],
      results: [resultExample(), resultExample({ account: OTHER, compliance: 'NON_COMPLIANT' })],
    })
    expect(found.map(({ status }) => status)).toEqual(['pass', 'fail'])
  })

  it.each(['INSUFFICIENT_DATA', null])('takes %s for unknown', async (compliance) => {
    const found = await results(configRulesMet, { rules: [ruleExample({ compliance })], results: [] })
    expect(found).toMatchObject([{ status: 'unknown', reason: 'unavailable' }])
  })

  it('does not take the summary for granted where no result stands behind it', async () => {
    const found = await results(configRulesMet, { rules: [ruleExample()], results: [] })
    expect(found).toMatchObject([{ status: 'unknown' }])
  })

  it('judges the baseline only, and fails for a rule of it that is on nowhere', async () => {
    const inputs = {
      rules: [ruleExample(), ruleExample({ name: 'other', identifier: null, arn: 'arn:b' })],
      results: [resultExample()],
    }
    const found = await statuses(configRulesMet, inputs, {
      baseline: ['ENCRYPTED_VOLUMES', 'ROOT_ACCOUNT_MFA_ENABLED'],
    })
    expect(found).toEqual({ [ruleExample().arn]: 'pass', 'baseline:ROOT_ACCOUNT_MFA_ENABLED': 'fail' })
  })

  it('lets what is NON_COMPLIANT stand on partial data, but not that a rule is on nowhere', async () => {
    expect(configRulesMet.onPartialData).toBe('fails-stand')
    const inputs = { rules: [ruleExample({ compliance: 'NON_COMPLIANT' })], results: [] }
    const found = await results(configRulesMet, inputs, { baseline: ['ENCRYPTED_VOLUMES', 'nowhere'] })
    expect(found.map(({ subject, ofAbsence = false }) => [subject, ofAbsence])).toEqual([
      [ruleExample().arn, false],
      ['baseline:nowhere', true],
    ])
  })
})

describe('aws.conformance-pack-deployed', () => {
  const recorders = [recordersExample(), recordersExample({ account: OTHER })]

  it('fails for an account without a pack', async () => {
    expect(await statuses(conformancePackDeployed, { packs: [packExample()], recorders })).toEqual({
      [packExample().arn]: 'pass',
      [ACCOUNT]: 'pass',
      [OTHER]: 'fail',
    })
  })

  it.each([
    ['whose template could not be read', { template: { state: 'unknown', reason: 'denied' } }, 'unknown: denied'],
    ['without a result', { compliance: null }, 'unknown: unavailable'],
    ['that is being made', { state: 'CREATE_IN_PROGRESS' }, 'unknown: unavailable'],
    ['that failed', { state: 'CREATE_FAILED' }, 'fail'],
  ])('judges a pack %s', async (_, parts, expected) => {
    const found = await statuses(conformancePackDeployed, { packs: [packExample(parts as object)], recorders })
    expect(found[packExample().arn]).toBe(expected)
  })
})

describe('aws.baseline-changes-explained', () => {
  const judge = async (parts: object, params: object) =>
    (await results(baselineChangesExplained, { changes: [changeExample(parts)] }, params))[0]
  const calls = (...value: ReturnType<typeof callExample>[]) => ({ calls: { state: 'observed', value } })
  const byHand = callExample({ role: `arn:aws:iam::${ACCOUNT}:role/admin` })
  const declared = { automation: ['deploy'] }

  it('takes a pipeline, a ticket with the event and a ticket with the window for a reason', async () => {
    expect(await judge({}, declared)).toMatchObject({ status: 'pass' })
    expect(await judge(calls(byHand), declared)).toMatchObject({ status: 'fail' })
    const ticket = { ticket: 'CHG-1', events: [byHand.id] }
    expect(await judge(calls(byHand), { tickets: [ticket] })).toMatchObject({ status: 'pass' })
    const window = { ticket: 'CHG-2', from: '2026-01-02T00:00:00Z', to: '2026-01-03T00:00:00Z' }
    expect(await judge(calls(byHand), { tickets: [window] })).toMatchObject({ status: 'pass' })
    const elsewhere = { ...window, resources: ['sg-other'] }
    expect(await judge(calls(byHand), { tickets: [elsewhere] })).toMatchObject({ status: 'fail' })
  })

  it('wants a reason for each call', async () => {
    expect(await judge(calls(callExample(), byHand), declared)).toMatchObject({ status: 'fail' })
  })

  it('fails where nobody called, even in the window of a ticket', async () => {
    const window = { ticket: 'CHG-2', from: '2026-01-02T00:00:00Z', to: '2026-01-03T00:00:00Z' }
    expect(await judge(calls(), { tickets: [window] })).toMatchObject({ status: 'fail' })
  })

  it('is unknown where CloudTrail no longer has the calls', async () => {
    const gone = { calls: { state: 'unknown', reason: 'truncated' } }
    expect(await judge(gone, declared)).toMatchObject({ status: 'unknown', reason: 'truncated' })
  })

  it('says that nothing is declared, with the number of changes', async () => {
    expect(await judge({}, {})).toMatchObject({ status: 'not-applicable', reason: 'undeclared' })
  })
})

describe('aws.stacks-in-sync', () => {
  const at = (days: number) => new Date(Date.parse('2026-01-15T12:00:00.000Z') - days * 86_400_000).toISOString()

  it('is unknown for a search that is too long ago, or that never was', () => {
    expect(verdict(stacksInSync, stackExample({ driftChecked: at(30) }))).toMatchObject({ status: 'pass' })
    expect(verdict(stacksInSync, stackExample({ driftChecked: at(31) }))).toMatchObject({
      status: 'unknown',
      reason: 'stale',
    })
    expect(verdict(stacksInSync, stackExample({ drift: 'NOT_CHECKED' }))).toMatchObject({ status: 'unknown' })
  })

  it('judges stacks without the tag only if told to', () => {
    const untagged = stackExample({
      drift: 'DRIFTED',
      labels: { environment: null, classification: null, criticality: null },
    })
    expect(verdict(stacksInSync, untagged)).toMatchObject({ status: 'not-applicable', reason: 'not-production' })
    expect(verdict(stacksInSync, untagged, { everyStack: true })).toMatchObject({ status: 'fail' })
  })
})
