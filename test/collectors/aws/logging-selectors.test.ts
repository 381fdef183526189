import { describe, expect, it } from 'vitest'
import { selectionOf } from '../../../collectors/aws/logging/event-selectors.ts'

const management = { Field: 'eventCategory', Equals: ['Management'] }
const data = [
  { Field: 'eventCategory', Equals: ['Data'] },
  { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
]

describe('basic event selectors', () => {
  it('write management events both ways if they say so', () => {
    expect(selectionOf({ EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] })).toEqual({
      kind: 'basic',
      managementReads: true,
      managementWrites: true,
      excludedSources: [],
      objectReads: [],
      objectWrites: [],
    })
    expect(
      selectionOf({ EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }] }),
    ).toMatchObject({
      managementReads: false,
      managementWrites: true,
    })
    for (const selector of [{ ReadWriteType: 'All', IncludeManagementEvents: false }, { ReadWriteType: 'All' }, {}]) {
      expect(selectionOf({ EventSelectors: [selector] })).toMatchObject({
        managementReads: false,
        managementWrites: false,
      })
    }
  })

  it('leave out a source only if all of them do', () => {
    const all = { ReadWriteType: 'All', IncludeManagementEvents: true }
    const kms = { ...all, ExcludeManagementEventSources: ['kms.amazonaws.com'] }
    expect(selectionOf({ EventSelectors: [kms] }).excludedSources).toEqual(['kms.amazonaws.com'])
    expect(selectionOf({ EventSelectors: [kms, all] }).excludedSources).toEqual([])
  })

  it('name the objects whose reading and writing is written', () => {
    const selector = {
      ReadWriteType: 'ReadOnly',
      DataResources: [
        { Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::acme/'] },
        { Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] },
      ],
    }
    expect(selectionOf({ EventSelectors: [selector] })).toMatchObject({
      objectReads: ['arn:aws:s3:::acme/'],
      objectWrites: [],
    })
  })
})

describe('advanced event selectors', () => {
  it('write management events both ways if they name no way', () => {
    expect(selectionOf({ AdvancedEventSelectors: [{ FieldSelectors: [management] }] })).toMatchObject({
      kind: 'advanced',
      managementReads: true,
      managementWrites: true,
    })
    const writes = { FieldSelectors: [management, { Field: 'readOnly', Equals: ['false'] }] }
    expect(selectionOf({ AdvancedEventSelectors: [writes] })).toMatchObject({
      managementReads: false,
      managementWrites: true,
    })
  })

  it('may leave out sources, but are nothing to build on if they pick some', () => {
    const without = { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }
    expect(selectionOf({ AdvancedEventSelectors: [{ FieldSelectors: [management, without] }] })).toMatchObject({
      managementWrites: true,
      excludedSources: ['kms.amazonaws.com'],
    })
    const some = { Field: 'eventSource', Equals: ['iam.amazonaws.com'] }
    expect(selectionOf({ AdvancedEventSelectors: [{ FieldSelectors: [management, some] }] }).managementWrites).toBe(
      false,
    )
    const named = { Field: 'eventName', NotStartsWith: ['Describe'] }
    expect(selectionOf({ AdvancedEventSelectors: [{ FieldSelectors: [management, named] }] }).managementReads).toBe(
      false,
    )
  })

  it('write all objects, or those that begin so', () => {
    expect(selectionOf({ AdvancedEventSelectors: [{ FieldSelectors: data }] })).toMatchObject({
      objectReads: ['arn:aws:s3'],
      objectWrites: ['arn:aws:s3'],
    })
    const bucket = { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::acme/'] }
    expect(selectionOf({ AdvancedEventSelectors: [{ FieldSelectors: [...data, bucket] }] })).toMatchObject({
      objectReads: ['arn:aws:s3:::acme/'],
    })
    const others = { Field: 'resources.ARN', NotStartsWith: ['arn:aws:s3:::acme/'] }
    expect(selectionOf({ AdvancedEventSelectors: [{ FieldSelectors: [...data, others] }] })).toMatchObject({
      objectReads: [],
    })
  })

  it('write nothing if there are none', () => {
    expect(selectionOf({ EventSelectors: [] })).toMatchObject({
      kind: 'none',
      managementReads: false,
      managementWrites: false,
    })
    expect(() => selectionOf({})).toThrow('no event selectors')
  })
})
