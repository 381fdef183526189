import { list, matching, object, oneOf, type Schema } from './schema.ts'

/*
 * What NIST's JSON schema of assessment results (OSCAL 1.2.2, oscal_assessment-results_schema.json) asks of the parts that we
 * write, put down by hand: members, which of them must be there, patterns of datatypes, values. It allows nothing that we do not
 * write, so it is the narrower of the two. Facts: github.com/usnistgov/OSCAL, tag v1.2.2, src/metaschema (public domain).
 */

const text = matching(String.raw`^\S(.*\S)?$`)
const token = matching(String.raw`^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$`)
const line = matching('^[^\n]+$')
const lines: Schema = { type: 'string' }
const uuid = matching('^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$')
const time = matching(String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`)
const href = matching(String.raw`^(#[0-9a-f-]{36}|[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*)$`)
const namespace = matching('^https://affiant\\.dev/ns/oscal$')

const props = list(object({ name: token, value: text, 'ns?': namespace }), 1)
const origins = list(object({ actors: list(object({ type: oneOf('tool'), 'actor-uuid': uuid }), 1) }), 1)
const status = object({ state: oneOf('under-development', 'operational', 'disposition', 'other'), 'remarks?': lines })
const component = object({
  uuid,
  type: oneOf('system', 'software'),
  title: line,
  description: lines,
  'props?': props,
  status,
})
const controls = list(object({ 'control-id': token }), 1)

const observation = object({
  uuid,
  'title?': line,
  description: lines,
  'props?': props,
  methods: list(oneOf('EXAMINE', 'TEST'), 1),
  'types?': list(oneOf('control-objective'), 1),
  'origins?': origins,
  'subjects?': list(
    object({
      'subject-uuid': uuid,
      type: oneOf('component', 'inventory-item'),
      'title?': line,
      'props?': props,
      'remarks?': lines,
    }),
    1,
  ),
  'relevant-evidence?': list(object({ href, description: lines }), 1),
  collected: time,
  'remarks?': lines,
})

const finding = object({
  uuid,
  title: line,
  description: lines,
  'props?': props,
  'origins?': origins,
  target: object({
    type: oneOf('objective-id'),
    'target-id': token,
    status: object({ state: oneOf('satisfied', 'not-satisfied'), reason: oneOf('pass', 'fail') }),
  }),
  'related-observations?': list(object({ 'observation-uuid': uuid }), 1),
  'remarks?': lines,
})

const result = object({
  uuid,
  title: line,
  description: lines,
  start: time,
  'end?': time,
  'props?': props,
  'local-definitions?': object({
    'components?': list(component, 1),
    'inventory-items?': list(object({ uuid, description: lines, 'props?': props }), 1),
    'assessment-assets?': object({
      'components?': list(component, 1),
      'assessment-platforms': list(
        object({ uuid, 'title?': line, 'uses-components?': list(object({ 'component-uuid': uuid }), 1) }),
        1,
      ),
    }),
  }),
  'reviewed-controls': object({
    'description?': lines,
    'control-selections': list(
      {
        anyOf: [
          object({ 'include-all': object({}), 'exclude-controls?': controls }),
          object({ 'include-controls': controls, 'exclude-controls?': controls }),
        ],
      },
      1,
    ),
    'control-objective-selections?': list(
      object({ 'include-objectives': list(object({ 'objective-id': token }), 1) }),
      1,
    ),
  }),
  'observations?': list(observation, 1),
  'findings?': list(finding, 1),
  'remarks?': lines,
})

const resource = object({
  uuid,
  'title?': line,
  'props?': props,
  'rlinks?': list(
    object({
      href,
      'media-type?': text,
      'hashes?': list(object({ algorithm: oneOf('SHA-256'), value: matching('^[0-9a-f]{64}$') }), 1),
    }),
    1,
  ),
})

export const OSCAL: Schema = object({
  'assessment-results': object({
    uuid,
    metadata: object({
      title: line,
      'last-modified': time,
      version: text,
      'oscal-version': oneOf('1.2.2'),
      'props?': props,
      'remarks?': lines,
    }),
    'import-ap': object({ href, 'remarks?': lines }),
    'local-definitions?': object({
      'objectives-and-methods?': list(
        object({
          'control-id': token,
          'description?': lines,
          'props?': props,
          parts: list(object({ 'id?': token, name: token, 'title?': line, 'prose?': lines }), 1),
        }),
        1,
      ),
    }),
    results: list(result, 1),
    'back-matter?': object({ 'resources?': list(resource, 1) }),
  }),
})
