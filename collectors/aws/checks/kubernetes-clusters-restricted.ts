import { checkEach, fail, notApplicable, pass, unknown, unread, z } from 'affiant/sdk'
import { olderThanListed, SUPPORT_ENDS, VERSIONS_AS_OF } from '../data/eks-versions.ts'
import { denied, exampleCluster } from '../examples/data.ts'
import { isWideRange } from '../data/wide-ranges.ts'
import { eksClusters } from '../streams/eks-clusters.ts'

export const kubernetesClustersRestricted = checkEach(eksClusters, {
  id: 'aws.kubernetes-clusters-restricted',
  revision: 1,
  title: 'Kubernetes clusters are not open to the internet, are supported and write an audit log',
  severity: 'high',
  rationale:
    'The endpoint of a cluster governs everything in it. Old versions have known faults, and without an audit log nobody can tell what was done.',
  remediation:
    'EKS console, the cluster named: "Networking", "Manage endpoint access"; "Upgrade version"; "Observability", "Manage logging": switch on "Audit".',
  params: z.strictObject({
    support: z.enum(['standard', 'extended']).default('standard').describe('Which support of AWS is enough.'),
  }),
  emptyPopulation: 'not-applicable',
  criteria: ({ support }) => ({
    pass: `The public endpoint is off or limited to ranges other than 0.0.0.0/0, the version is in ${support} support on the day of the run by the list of ${VERSIONS_AS_OF}, and the audit log is on.`,
    fail: 'One of these does not hold; each that does not is named.',
  }),
  examples: {
    pass: { record: exampleCluster() },
    fail: { record: exampleCluster({ publicAccess: true, publicCidrs: ['0.0.0.0/0'] }) },
    unknown: { record: { name: 'prod', details: denied('eks:DescribeCluster') } },
  },
  evaluate({ details }, { params, at }) {
    if (details.state === 'unknown') return unread(details, 'the cluster')
    if (details.state === 'absent') return notApplicable('deleted', 'the cluster was deleted while this was read')
    const { publicAccess, publicCidrs, version, logTypes } = details.value
    const ends = SUPPORT_ENDS[version]?.[params.support]
    const wrong = [
      publicAccess &&
        (publicCidrs.length === 0 || publicCidrs.some(isWideRange)) &&
        'its endpoint is open to the internet',
      (olderThanListed(version) || (ends !== undefined && ends < at.toISOString().slice(0, 10))) &&
        `version ${version} is no longer in ${params.support} support${ends === undefined ? '' : ` since ${ends}`}`,
      !logTypes.includes('audit') && 'the audit log is off',
    ].filter((each) => each !== false)
    if (wrong.length > 0) return fail(wrong.join('; '))
    if (ends === undefined) return unknown('stale', `version ${version} is not on the list of ${VERSIONS_AS_OF}`)
    return pass(`version ${version} is supported until ${ends}, the endpoint is restricted and the audit log is on`)
  },
})
