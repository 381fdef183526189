import { checkEach, fail, notApplicable, pass, unread } from 'affiant/sdk'
import { sessionPreferencesExample } from '../examples/logging.ts'
import { sessionPreferences } from '../streams/session-preferences.ts'

export const sessionsRecorded = checkEach(sessionPreferences, {
  id: 'aws.sessions-recorded',
  revision: 1,
  title: 'Sessions on instances are recorded and encrypted',
  severity: 'medium',
  rationale: 'Who works on a machine by hand goes past all controls of change. What was typed is the only trace.',
  remediation:
    'Systems Manager, "Session Manager", "Preferences": S3 or CloudWatch logging with encryption, in each region with instances.',
  criteria: () => ({
    pass: 'Session Manager records to a bucket or a log group, and each that it records to must be encrypted.',
    fail: 'It records to neither, or to one that need not be encrypted.',
  }),
  examples: {
    pass: { record: sessionPreferencesExample() },
    fail: { record: sessionPreferencesExample({ preferences: { state: 'absent' } }) },
    'not-applicable': { record: sessionPreferencesExample({ preferences: { state: 'absent' }, instances: false }) },
    unknown: {
      record: sessionPreferencesExample({
        preferences: { state: 'unknown', reason: 'denied', permission: 'ssm:GetDocument' },
      }),
    },
  },
  evaluate({ preferences, instances }) {
    if (preferences.state === 'unknown') return unread(preferences, 'the preferences of Session Manager')
    if (!instances) return notApplicable('no-instances', 'Systems Manager manages no instance in this region')
    if (preferences.state === 'absent') return fail('no preferences are set, so sessions are not recorded')
    const { bucket, bucketEncrypted, logGroup, logGroupEncrypted } = preferences.value
    if (bucket === null && logGroup === null) return fail('sessions are not recorded')
    const open = [
      bucket !== null && !bucketEncrypted && `bucket ${bucket}`,
      logGroup !== null && !logGroupEncrypted && `log group ${logGroup}`,
    ].filter((each) => each !== false)
    if (open.length > 0) return fail(`recorded to ${open.join(' and ')}, which need not be encrypted`)
    return pass(`recorded to ${bucket === null ? `log group ${logGroup}` : `bucket ${bucket}`}`)
  },
})
