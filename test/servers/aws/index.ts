/**
 * An emulated AWS over real HTTP, for the demo and for tests: an organisation, its accounts, what is in their regions, and
 * who may come in. Everything in it is demo data.
 *
 * Served: STS (`AssumeRole` gives keys of another account, or a denial), Organizations, Account, IAM Identity Center and
 * its directory, IAM with its credential report, Config with advanced queries and an aggregator, CloudTrail, CloudWatch and
 * Logs, SNS, EC2 with VPC and EBS, S3 and S3 Control, RDS, KMS, Secrets Manager, ACM, load balancers, ECR, Lambda, EKS,
 * Backup, GuardDuty, Security Hub, Inspector, Systems Manager, Access Analyzer, CloudFormation, tags and Artifact. Each in
 * its own wire protocol, written from the operation schemas that the SDK's clients carry, paged as the operation is.
 *
 * Gaps that remain, against the real services:
 * - nothing can be written; requests are not validated beyond tokens and page sizes; signatures are not verified;
 * - all services are behind one address, told apart by what a request was signed for;
 * - of filters those are known that collectors use, others change nothing; of Config's SQL, `SELECT`, `WHERE` with `AND`,
 *   and `GROUP BY` with `COUNT(*)`;
 * - a region that is not enabled refuses keys as unknown; one in which a service does not exist is not told apart;
 * - who may do what is either everything or a list of actions; resource policies and SCPs are shown, not enforced;
 * - the trail of an organisation is the only thing one account sees of another, besides what an aggregator gathers.
 */
export type { Fault } from './faults.ts'
export { iamActionOf, isCovered } from './iam-actions.ts'
export { type AwsWorldServer, startAws } from './start.ts'
export type { World } from './world.ts'
export { acmeCloud, LOCKED_ACCOUNT } from './acme-cloud.ts'
export { bigOrganization, largeAccount, wellKept } from './worlds.ts'
