import type { Service } from './model.ts'
import { readService } from './model.ts'

/** Kinds of schemas: a list, a structure; and of their members: a string, an integer, an ISO timestamp. */
const [LIST, STRUCTURE, OPERATION, STRING, INTEGER, TIME] = [1, 3, 9, 0, 1, 5]

type Shape = readonly [number, string, string, unknown, ...unknown[]]

const struct = (name: string, members: readonly (readonly [string, unknown])[]): Shape => [
  STRUCTURE,
  'com.amazonaws.artifact',
  name,
  0,
  members.map(([member]) => member),
  members.map(([, schema]) => schema),
]
const query = (name: string, type: number) => [name, [type, { httpQuery: name }]] as const

const SUMMARY = [
  ...[
    'id',
    'name',
    'state',
    'arn',
    'uploadState',
    'description',
    'series',
    'category',
    'companyName',
    'productName',
    'statusMessage',
    'acceptanceType',
  ].map((name) => [name, STRING] as const),
  ['version', INTEGER],
  ['periodStart', TIME],
  ['periodEnd', TIME],
] as const
const DETAIL = [
  ...SUMMARY,
  ['createdAt', TIME],
  ['lastModifiedAt', TIME],
  ['deletedAt', TIME],
  ['termArn', STRING],
  ['sequenceNumber', INTEGER],
] as const

const operation = (name: string, uri: string, input: Shape, output: Shape) => [
  OPERATION,
  'com.amazonaws.artifact',
  name,
  { http: ['GET', uri, 200] },
  input,
  output,
]

const reports = [LIST, 'com.amazonaws.artifact', 'ReportsList', 0, struct('ReportSummary', SUMMARY)]

/**
 * AWS Artifact, whose client the registry lacks: written down from its model.
 * https://docs.aws.amazon.com/artifact/latest/APIReference/API_Operations.html
 */
export function artifactService(): Service {
  const module = {
    ListReports: operation(
      'ListReports',
      '/v1/report/list',
      struct('ListReportsRequest', [query('maxResults', INTEGER), query('nextToken', STRING)]),
      struct('ListReportsResponse', [
        ['reports', () => reports],
        ['nextToken', STRING],
      ]),
    ),
    GetReportMetadata: operation(
      'GetReportMetadata',
      '/v1/report/getMetadata',
      struct('GetReportMetadataRequest', [query('reportId', STRING), query('reportVersion', INTEGER)]),
      struct('GetReportMetadataResponse', [['reportDetails', () => struct('ReportDetail', DETAIL)]]),
    ),
    GetTermForReport: operation(
      'GetTermForReport',
      '/v1/report/getTermForReport',
      struct('GetTermForReportRequest', [query('reportId', STRING), query('reportVersion', INTEGER)]),
      struct('GetTermForReportResponse', [
        ['documentPresignedUrl', STRING],
        ['termToken', STRING],
      ]),
    ),
    GetReport: operation(
      'GetReport',
      '/v1/report/get',
      struct('GetReportRequest', [
        query('reportId', STRING),
        query('reportVersion', INTEGER),
        query('termToken', STRING),
      ]),
      struct('GetReportResponse', [['documentPresignedUrl', STRING]]),
    ),
  }
  const protocol = { getShapeId: () => 'aws.protocols#restJson1' }
  return readService('artifact', module, { config: { protocol, protocolSettings: {} } })
}
