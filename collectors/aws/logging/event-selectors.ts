import { InvalidError, z } from 'affiant/sdk'

/** What a trail writes, out of its basic or its advanced event selectors: the two never stand beside each other. */
export const TrailSelection = z.strictObject({
  kind: z.enum(['basic', 'advanced', 'none']),
  /** Whether management events are written, each way; and of which services they are left out. */
  managementReads: z.boolean(),
  managementWrites: z.boolean(),
  excludedSources: z.array(z.string()),
  /** ARNs or beginnings of ARNs of S3 objects whose reading and writing is written; `arn:aws:s3` stands for all. */
  objectReads: z.array(z.string()),
  objectWrites: z.array(z.string()),
})
export type TrailSelection = z.output<typeof TrailSelection>

/** Members of `GetEventSelectors` that matter. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html */
export interface SelectorsAnswer {
  EventSelectors?: readonly BasicSelector[] | undefined
  AdvancedEventSelectors?: readonly AdvancedSelector[] | undefined
}
interface BasicSelector {
  ReadWriteType?: string | undefined
  IncludeManagementEvents?: boolean | undefined
  ExcludeManagementEventSources?: readonly string[] | undefined
  DataResources?: readonly { Type?: string | undefined; Values?: readonly string[] | undefined }[] | undefined
}
interface AdvancedSelector {
  FieldSelectors?: readonly FieldSelector[] | undefined
}
interface FieldSelector {
  Field?: string | undefined
  Equals?: readonly string[] | undefined
  StartsWith?: readonly string[] | undefined
  EndsWith?: readonly string[] | undefined
  NotEquals?: readonly string[] | undefined
  NotStartsWith?: readonly string[] | undefined
  NotEndsWith?: readonly string[] | undefined
}

/** @throws InvalidError for an answer with neither kind */
export function selectionOf(answer: SelectorsAnswer): TrailSelection {
  const { EventSelectors = [], AdvancedEventSelectors = [] } = answer
  if (answer.EventSelectors === undefined && answer.AdvancedEventSelectors === undefined) {
    throw new InvalidError('cloudtrail:GetEventSelectors: AWS told no event selectors')
  }
  if (AdvancedEventSelectors.length > 0) return sum('advanced', AdvancedEventSelectors.map(advanced))
  return EventSelectors.length > 0 ? sum('basic', EventSelectors.map(basic)) : sum('none', [])
}

type Part = Omit<TrailSelection, 'kind'>

/** A source is left out only if every selector that writes management events leaves it out. */
function sum(kind: TrailSelection['kind'], parts: readonly Part[]): TrailSelection {
  const management = parts.filter(({ managementReads, managementWrites }) => managementReads || managementWrites)
  const [first, ...others] = management
  return {
    kind,
    managementReads: parts.some(({ managementReads }) => managementReads),
    managementWrites: parts.some(({ managementWrites }) => managementWrites),
    excludedSources: (first?.excludedSources ?? []).filter((source) =>
      others.every(({ excludedSources }) => excludedSources.includes(source)),
    ),
    objectReads: [...new Set(parts.flatMap(({ objectReads }) => objectReads))].sort(),
    objectWrites: [...new Set(parts.flatMap(({ objectWrites }) => objectWrites))].sort(),
  }
}

function basic(selector: BasicSelector): Part {
  const { ReadWriteType, IncludeManagementEvents = false } = selector
  const reads = ReadWriteType === 'All' || ReadWriteType === 'ReadOnly'
  const writes = ReadWriteType === 'All' || ReadWriteType === 'WriteOnly'
  const objects = (selector.DataResources ?? [])
    .filter(({ Type }) => Type === 'AWS::S3::Object')
    .flatMap(({ Values = [] }) => Values)
  return {
    managementReads: IncludeManagementEvents && reads,
    managementWrites: IncludeManagementEvents && writes,
    excludedSources: [...(selector.ExcludeManagementEventSources ?? [])].sort(),
    objectReads: reads ? objects : [],
    objectWrites: writes ? objects : [],
  }
}

/** Fields that say what kind of event it is; any other narrows what is written of it. */
const KNOWN = new Set(['eventCategory', 'readOnly', 'resources.type'])

function advanced({ FieldSelectors = [] }: AdvancedSelector): Part {
  const field = (name: string) => FieldSelectors.find(({ Field }) => Field === name)
  const readOnly = field('readOnly')?.Equals ?? ['true', 'false']
  const reads = readOnly.includes('true')
  const writes = readOnly.includes('false')
  const nothing: Part = {
    managementReads: false,
    managementWrites: false,
    excludedSources: [],
    objectReads: [],
    objectWrites: [],
  }
  if (field('eventCategory')?.Equals?.includes('Management')) {
    const source = field('eventSource')
    const narrowed = FieldSelectors.some(
      (one) => !KNOWN.has(one.Field ?? '') && !(one === source && isOnlyNotEquals(one)),
    )
    if (narrowed) return nothing
    return {
      ...nothing,
      managementReads: reads,
      managementWrites: writes,
      excludedSources: [...(source?.NotEquals ?? [])].sort(),
    }
  }
  if (!field('resources.type')?.Equals?.includes('AWS::S3::Object')) return nothing
  const arn = field('resources.ARN')
  const narrowed = FieldSelectors.some((one) => !KNOWN.has(one.Field ?? '') && !(one === arn && isOnlyPositive(one)))
  if (narrowed) return nothing
  // An ARN that must be equal is that of one object.
  const objects = arn === undefined ? ['arn:aws:s3'] : [...(arn.StartsWith ?? [])]
  return { ...nothing, objectReads: reads ? objects : [], objectWrites: writes ? objects : [] }
}

function isOnlyNotEquals({ Equals, StartsWith, EndsWith, NotStartsWith, NotEndsWith }: FieldSelector): boolean {
  return [Equals, StartsWith, EndsWith, NotStartsWith, NotEndsWith].every((list) => (list ?? []).length === 0)
}

function isOnlyPositive({ EndsWith, NotEquals, NotStartsWith, NotEndsWith }: FieldSelector): boolean {
  return [EndsWith, NotEquals, NotStartsWith, NotEndsWith].every((list) => (list ?? []).length === 0)
}
