import { z } from 'affiant/sdk'

const accountId = z.string().regex(/^\d{12}$/, 'the id of an account: 12 digits, in quotes')
const regionCode = z.string().regex(/^[a-z]{2,4}(?:-[a-z]+)+-\d+$/, 'the code of a region, such as eu-west-1')
const reason = z.string().min(1).describe('Why it is left out; it stands in every bundle.')

/** Hosts that plain http may reach: an emulated AWS on the same machine. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function staysPrivate(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || LOOPBACK.test(url.hostname))
}

/** Settings of one AWS account, of several, or of an organisation in `affiant.yaml`. */
export const AwsConfig = z
  .strictObject({
    account: accountId
      .optional()
      .describe('Account the credentials belong to. When given, AWS must answer with the same id or nothing is read.'),
    auth: z
      .discriminatedUnion('type', [
        z.strictObject({
          type: z
            .literal('machine')
            .describe(
              'The credentials of the machine: role of the instance, task or pod, environment, or shared files.',
            ),
          profile: z.string().min(1).optional().describe('Profile of the shared files (~/.aws) to use.'),
        }),
        z.strictObject({
          type: z
            .literal('keys')
            .describe('The secrets `accessKeyId` and `secretAccessKey`, and `sessionToken` if it has one.'),
        }),
      ])
      .default({ type: 'machine' })
      .describe('Where the first credentials come from.'),
    role: z
      .strictObject({
        name: z
          .string()
          .regex(/^[\w+=,.@/-]{1,128}$/, 'the name of a role')
          .default('affiant')
          .describe('Name of the role that is assumed in each account, with its path if it has one.'),
        externalId: z
          .string()
          .regex(/^[\w+=,.@:/-]{2,1224}$/, 'an external id')
          .optional()
          .describe('External id the roles ask for.'),
        sessionMinutes: z
          .int()
          .min(15)
          .max(720)
          .default(60)
          .describe('Minutes the credentials of a role last; they are renewed while a run goes on.'),
        home: z
          .boolean()
          .default(false)
          .describe('Assume the role in the account of the credentials too. Default: they are used as they are.'),
      })
      .prefault({})
      .describe('The role to assume in accounts other than that of the credentials.'),
    accounts: z
      .union([z.literal('organization'), z.array(accountId).min(1)])
      .optional()
      .describe(
        'Accounts to read: a list, or `organization` for every account of it. Default: the one of the credentials.',
      ),
    excludedAccounts: z
      .array(z.strictObject({ id: accountId.describe('Id of the account.'), reason }))
      .default([])
      .describe('Accounts to leave out.'),
    regions: z
      .array(regionCode)
      .min(1)
      .optional()
      .describe(
        'Regions to read. Default: every region that is enabled for the account. The others are listed as left out.',
      ),
    excludedRegions: z
      .array(z.strictObject({ code: regionCode.describe('Code of the region.'), reason }))
      .default([])
      .describe('Regions to leave out.'),
    homeRegion: regionCode
      .default('us-east-1')
      .describe(
        'Region that global services and sign-in are asked in; it also tells the partition (cn-north-1, us-gov-west-1, eusc-de-east-1).',
      ),
    baselineTypes: z
      .array(z.string().regex(/^AWS::\w+::\w+$/, 'a type of resource, such as AWS::EC2::SecurityGroup'))
      .min(1)
      .default([
        'AWS::CloudTrail::Trail',
        'AWS::EC2::NetworkAcl',
        'AWS::EC2::RouteTable',
        'AWS::EC2::SecurityGroup',
        'AWS::IAM::Policy',
        'AWS::S3::AccountPublicAccessBlock',
      ])
      .describe(
        'Types of resources whose every change in the period is read from AWS Config and joined with CloudTrail.',
      ),
    assuranceDocuments: z
      .boolean()
      .default(false)
      .describe(
        'Download the certificate and the audit report of AWS from Artifact and write down their digests. Say `true` only if somebody who may do so has read and accepted the terms of these documents: each run downloads them under these terms, in the name of the account. They are not kept.',
      ),
    endpoint: z
      .url({ protocol: /^https?$/ })
      .refine(
        staysPrivate,
        'use https: over http the credentials could be read on the way (http is accepted to this machine only)',
      )
      .optional()
      .describe('One address for every service, in place of the services’ own: a proxy, or an emulated AWS.'),
  })
  .refine(({ accounts, excludedAccounts }) => accounts === 'organization' || excludedAccounts.length === 0, {
    path: ['excludedAccounts'],
    message: 'only an organisation has accounts to leave out; otherwise leave them out of `accounts`',
  })
export type AwsConfig = z.output<typeof AwsConfig>

export type AwsSecret = 'accessKeyId' | 'secretAccessKey' | 'sessionToken'
