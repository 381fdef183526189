import { list, matching, object, oneOf, type Schema } from './schema.ts'

/*
 * What the JSON schema of SARIF 2.1.0 with errata 01 asks of the parts that we write, put down by hand, and what only the text of
 * the standard asks: a level besides `none` for failures only (3.27.10), no link and no placeholder in messages (3.11). It
 * allows nothing that we do not write. Facts: docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os (OASIS).
 */

const text: Schema = { type: 'string' }
const index: Schema = { type: 'integer', minimum: 0 }
const guid = matching('^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')
const time = matching(String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)
/** Braces are doubled, and nothing looks like a link. */
const message = object({ text: matching(String.raw`^(?!.*\]\()(\{\{|\}\}|[^{}])*$`) })
const bag: Schema = { type: 'object' }
const taxonomy = object({ name: text, index })
const uri = matching('^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$')
const place = object({ uri, uriBaseId: oneOf('BUNDLE'), 'index?': index })

const rule = object({
  id: text,
  'shortDescription?': message,
  'fullDescription?': message,
  'help?': message,
  'defaultConfiguration?': object({ level: oneOf('note', 'warning', 'error') }),
  'relationships?': list(
    object({ target: object({ id: text, toolComponent: taxonomy }), kinds: list(oneOf('relevant')) }),
  ),
  'properties?': bag,
})

const result = object(
  {
    ruleId: text,
    ruleIndex: index,
    kind: oneOf('pass', 'fail', 'open', 'notApplicable'),
    level: oneOf('none', 'note', 'warning', 'error'),
    message,
    locations: list(
      object({
        'physicalLocation?': object({
          artifactLocation: place,
          'region?': object({ startLine: { type: 'integer', minimum: 1 } }),
        }),
        logicalLocations: list(object({ name: text, fullyQualifiedName: text, kind: oneOf('resource') }), 1),
      }),
      1,
    ),
    partialFingerprints: object({ 'affiantSubject/v1': matching('^[0-9a-f]{64}$') }),
    'properties?': bag,
  },
  {
    anyOf: [
      { properties: { kind: { const: 'fail' }, level: { enum: ['note', 'warning', 'error'] } } },
      { properties: { kind: { enum: ['pass', 'open', 'notApplicable'] }, level: { const: 'none' } } },
    ],
  },
)

export const SARIF: Schema = object({
  $schema: oneOf('https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'),
  version: oneOf('2.1.0'),
  runs: list(
    object({
      tool: object({
        driver: object({
          name: oneOf('Affiant'),
          'version?': text,
          'rules?': { ...list(rule), uniqueItems: true },
          'supportedTaxonomies?': { ...list(taxonomy), uniqueItems: true },
          'properties?': bag,
        }),
      }),
      'taxonomies?': list(
        object({
          name: text,
          'guid?': guid,
          'organization?': text,
          'shortDescription?': message,
          'taxa?': { ...list(object({ id: text, 'shortDescription?': message })), uniqueItems: true },
        }),
      ),
      'invocations?': list(
        object({
          executionSuccessful: { type: 'boolean' },
          'startTimeUtc?': time,
          'endTimeUtc?': time,
          'toolExecutionNotifications?': list(object({ message, 'level?': oneOf('error'), 'timeUtc?': time })),
        }),
      ),
      'automationDetails?': object({ 'id?': text, 'guid?': guid, 'correlationGuid?': guid }),
      'originalUriBaseIds?': object({ BUNDLE: object({ description: message }) }),
      'redactionTokens?': list(text),
      'properties?': bag,
      'artifacts?': {
        ...list(
          object({
            location: place,
            'description?': message,
            'length?': index,
            'mimeType?': matching('[^/]+/.+'),
            'hashes?': object({ 'sha-256': matching('^[0-9a-f]{64}$') }),
          }),
        ),
        uniqueItems: true,
      },
      results: list(result),
    }),
    1,
  ),
})
