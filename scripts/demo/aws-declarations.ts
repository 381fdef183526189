/** What only Acme itself can say of its cloud: who may do everything, where it works, what its pipeline is. */
export function awsDeclarations() {
  return {
    // quartz-beetle and silver-moth have passwords besides.
    'aws.people-are-federated': { params: { emergencyUsers: ['break-glass'] } },
    'aws.no-full-administrator-policies': { params: { administrators: ['Administrator'] } },
    // A supplier may do everything too.
    'aws.privileged-principals-approved': { params: { roles: ['Administrator'] } },
    // No policy of the organisation binds the account it is managed from.
    'aws.unapproved-regions-denied': { params: { approved: ['eu-west-1', 'eu-central-1', 'us-east-1'] } },
    'aws.baseline-changes-explained': { params: { automation: ['deploy'] } },
    'aws.object-events-logged': { params: { buckets: ['data-222222222222'] } },
  }
}
