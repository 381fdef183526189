import { checkEach, fail, pass, z } from 'affiant/sdk'
import { dhcpOptions } from '../streams/dhcp-options.ts'

export const timeSourceStandard = checkEach(dhcpOptions, {
  id: 'aws.time-source-standard',
  revision: 1,
  title: 'Machines take their time from AWS or an approved server',
  severity: 'low',
  rationale: 'Logs of several machines can only be put in order if their clocks agree.',
  remediation:
    'VPC console, "DHCP option sets": make one without NTP servers, or with the approved ones, and give it to the VPC.',
  params: z.strictObject({
    approved: z.array(z.string()).default([]).describe('Addresses of approved time servers.'),
  }),
  emptyPopulation: 'not-applicable',
  criteria: () => ({
    pass: 'No time server is told, so that the Amazon Time Sync Service is used, or only approved ones.',
    fail: 'A time server is told that is not on the approved list.',
  }),
  examples: {
    pass: { record: { id: 'dopt-0a1', ntpServers: [] } },
    fail: { record: { id: 'dopt-0a1', ntpServers: ['192.0.2.1'] } },
  },
  evaluate({ ntpServers }, { params }) {
    const others = ntpServers.filter((server) => !AMAZON.includes(server) && !params.approved.includes(server))
    if (others.length > 0) return fail(`time servers that are not approved: ${others.join(', ')}`)
    return pass(ntpServers.length === 0 ? 'uses the Amazon Time Sync Service' : 'uses approved time servers')
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/set-time.html */
const AMAZON = ['169.254.169.123', 'fd00:ec2::123', 'time.aws.com']
