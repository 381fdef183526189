/**
 * The client of every service, by the name the service has in IAM actions. Each is loaded when the first stream asks for it.
 * A file here exports `Client`, the class, and `commands`, by operation.
 */
export const CLIENTS = {
  'access-analyzer': () => import('./access-analyzer.ts'),
  account: () => import('./account.ts'),
  acm: () => import('./acm.ts'),
  backup: () => import('./backup.ts'),
  cloudformation: () => import('./cloudformation.ts'),
  cloudtrail: () => import('./cloudtrail.ts'),
  cloudwatch: () => import('./cloudwatch.ts'),
  config: () => import('./config.ts'),
  ec2: () => import('./ec2.ts'),
  ecr: () => import('./ecr.ts'),
  eks: () => import('./eks.ts'),
  elasticloadbalancing: () => import('./elasticloadbalancing.ts'),
  guardduty: () => import('./guardduty.ts'),
  iam: () => import('./iam.ts'),
  identitystore: () => import('./identitystore.ts'),
  inspector2: () => import('./inspector2.ts'),
  kms: () => import('./kms.ts'),
  lambda: () => import('./lambda.ts'),
  logs: () => import('./logs.ts'),
  organizations: () => import('./organizations.ts'),
  rds: () => import('./rds.ts'),
  s3: () => import('./s3.ts'),
  's3-control': () => import('./s3-control.ts'),
  secretsmanager: () => import('./secretsmanager.ts'),
  securityhub: () => import('./securityhub.ts'),
  sns: () => import('./sns.ts'),
  ssm: () => import('./ssm.ts'),
  sso: () => import('./sso.ts'),
  sts: () => import('./sts.ts'),
  tag: () => import('./tag.ts'),
}

export type ServiceName = keyof typeof CLIENTS
type ClientModule<Name extends ServiceName> = Awaited<ReturnType<(typeof CLIENTS)[Name]>>
type Commands<Name extends ServiceName> = ClientModule<Name>['commands']

/** Name of an operation, as AWS has it: `GetAccountSummary`. */
export type OperationOf<Name extends ServiceName> = keyof Commands<Name> & string

interface Shapes<Input, Output> {
  input: Input
  resolveMiddleware(...rest: never[]): (...rest: never[]) => Promise<{ output: Output }>
}
type CommandOf<Name extends ServiceName, Operation extends OperationOf<Name>> = Commands<Name>[Operation] extends new (
  ...rest: never[]
) => infer Command
  ? Command
  : never

export type InputOf<Name extends ServiceName, Operation extends OperationOf<Name>> =
  CommandOf<Name, Operation> extends Shapes<infer Input, unknown> ? Input : never
export type OutputOf<Name extends ServiceName, Operation extends OperationOf<Name>> =
  CommandOf<Name, Operation> extends Shapes<unknown, infer Output> ? Output : never
