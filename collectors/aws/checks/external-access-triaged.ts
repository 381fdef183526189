import { checkEach, daysSince, fail, notApplicable, pass, plural, unknown, z } from 'affiant/sdk'
import { externalAccessFindings, type FindingRecord } from '../streams/external-access-findings.ts'

const finding = (parts: Partial<FindingRecord>): FindingRecord => ({
  id: 'f-1',
  analyzer: 'arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/outside',
  status: 'ACTIVE',
  resource: 'arn:aws:s3:::reports',
  resourceType: 'AWS::S3::Bucket',
  owner: '111122223333',
  created: '2020-01-10T09:00:00.000Z',
  updated: null,
  error: null,
  ...parts,
})

export const externalAccessTriaged = checkEach(externalAccessFindings, {
  id: 'aws.external-access-triaged',
  revision: 1,
  title: 'Access from outside that was found is looked at in time',
  severity: 'high',
  rationale:
    'A finding is a resource that somebody outside can reach. It is meant, and then archived with a rule, or it is closed. Whether anything looks at all is another question: see aws.access-analyzer-on.',
  remediation: 'IAM, "Access analyzer": take the access away, or archive what is meant.',
  emptyPopulation: 'not-applicable',
  params: z.strictObject({ maxDays: z.int().min(1).default(30).describe('Most days a finding may stay active.') }),
  criteria: ({ maxDays }) => ({
    pass: `The finding has been active for at most ${plural(maxDays, 'day')}.`,
    fail: `The finding has been active for more than ${plural(maxDays, 'day')}.`,
  }),
  examples: {
    pass: { record: finding({ created: '2099-01-01T00:00:00.000Z' }) },
    fail: { record: finding({}) },
    'not-applicable': { record: finding({ status: 'ARCHIVED' }) },
  },
  evaluate({ status, created, error, resourceType }, { params: { maxDays }, at }) {
    if (status !== 'ACTIVE') return notApplicable('archived')
    if (error !== null) return unknown('denied', `Access Analyzer could not look into it (${error})`)
    if (created === null) return unknown('invalid', 'AWS does not tell when it was found')
    const days = Math.max(0, daysSince(created, at))
    const detail = `${resourceType}, active for ${plural(days, 'day')}`
    return days <= maxDays ? pass(detail) : fail(detail)
  },
})
