import { list, matching, object, oneOf, type Schema } from './schema.ts'

/*
 * What OCSF 1.8.0 asks of the attributes of a Compliance Finding that we write, put down by hand: types, which of them are
 * required, numbers of values with their captions, and objects that need a name or a uid. It allows nothing that we do not write.
 * Facts: github.com/ocsf/ocsf-schema, 1.8.0, events/findings/compliance_finding.json with what it extends, objects/*.json and
 * dictionary.json (Apache-2.0).
 */

const text: Schema = { type: 'string' }
const uuid = matching('^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')
/** `timestamp_t`: milliseconds since 1970. */
const timestamp: Schema = { type: 'integer', minimum: 1_500_000_000_000 }
const named = { anyOf: [{ required: ['name'] }, { required: ['uid'] }] }
/** Values that go together, as a number and its caption. */
const pairs = (id: string, caption: string, values: Readonly<Record<number, string>>): Schema => ({
  anyOf: Object.entries(values).map(([number, word]) => ({
    properties: { [id]: { const: Number(number) }, [caption]: { const: word } },
  })),
})

export const OCSF: Schema = object(
  {
    activity_id: oneOf(1),
    'activity_name?': oneOf('Create'),
    category_uid: oneOf(2),
    'category_name?': oneOf('Findings'),
    class_uid: oneOf(2003),
    'class_name?': oneOf('Compliance Finding'),
    type_uid: oneOf(200_301),
    'type_name?': oneOf('Compliance Finding: Create'),
    time: timestamp,
    severity_id: { type: 'integer' },
    'severity?': text,
    'message?': text,
    metadata: object({
      version: oneOf('1.8.0'),
      'uid?': uuid,
      'correlation_uid?': uuid,
      'tenant_uid?': text,
      'log_name?': text,
      product: object({ 'name?': text, 'vendor_name?': text, 'version?': text }, named),
    }),
    finding_info: object({
      uid: uuid,
      'title?': text,
      'desc?': text,
      'created_time?': timestamp,
      'types?': list(text),
      'analytic?': object(
        { 'uid?': text, 'name?': text, type_id: oneOf(1), 'type?': oneOf('Rule'), 'version?': text },
        named,
      ),
    }),
    compliance: object(
      {
        'status_id?': { type: 'integer' },
        'status?': text,
        'status_code?': text,
        'status_details?': list(text),
        'standards?': list(text),
        'requirements?': list(text),
      },
      // 99 is for what has no number: then the caption is the source's own.
      pairs('status_id', 'status', { 0: 'Unknown', 1: 'Pass', 3: 'Fail', 99: 'Not Applicable' }),
    ),
    'resources?': list(
      object({ 'uid?': text, 'name?': text, 'type?': text, 'namespace?': text, 'data?': { type: 'object' } }, named),
    ),
    'remediation?': object({ desc: text }),
    // An evidence needs one of several members; ours is `data`.
    'evidences?': list(object({ 'name?': text, data: { type: 'object' } })),
    'unmapped?': { type: 'object' },
  },
  pairs('severity_id', 'severity', { 1: 'Informational', 2: 'Low', 3: 'Medium', 4: 'High', 5: 'Critical' }),
)
