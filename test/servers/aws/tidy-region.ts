import { hex } from './answer.ts'
import { type ConfigResource, DAY, emptyRegion, type Region } from './world.ts'

export interface Where {
  account: string
  region: string
  at: Date
  /** Where copies of backups go. */
  otherRegion: string
}

/** In capitals on the wire, unlike in the model. https://docs.aws.amazon.com/cli/latest/reference/configservice/describe-configuration-recorder-status.html */
const SUCCESS = 'SUCCESS' as 'Success'

/** Tags every asset has. */
export const TAGS = { owner: 'platform', classification: 'internal', environment: 'prod' } as const
const tagList = Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value }))
const configTags = Object.entries(TAGS).map(([key, value]) => ({ key, value, tag: `${key}=${value}` }))

/** A region in which all is as it should be: a little of everything that checks look at. */
export function tidyRegion({ account, region, at, otherRegion }: Where): Region {
  const id = (prefix: string, kind = prefix) => `${prefix}-${hex(`${account} ${region} ${kind}`, 17)}`
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`
  const ago = (days: number) => new Date(at.getTime() - days * DAY)
  const vpc = id('vpc')
  const subnets = ['a', 'b'].map((zone) => ({ id: id('subnet', `subnet ${zone}`), zone: `${region}${zone}` }))
  const [subnet = { id: '', zone: '' }] = subnets
  const [defaultGroup, webGroup, instance, volume, snapshot, image, template, acl, table, options] = [
    id('sg', 'default'),
    id('sg', 'web'),
    id('i'),
    id('vol'),
    id('snap'),
    id('ami'),
    id('lt'),
    id('acl'),
    id('rtb'),
    id('dopt'),
  ]
  const keyId = uuid(`${account} ${region} key`)
  const key = arn('kms', `key/${keyId}`)
  const detector = hex(`${account} ${region} detector`, 32)
  const vault = (where: string) => `arn:aws:backup:${where}:${account}:backup-vault:tidy`
  const database = arn('rds', 'db:orders')
  const balancer = arn('elasticloadbalancing', `loadbalancer/app/front/${hex(`${account}${region}`, 16)}`)
  const certificate = arn('acm', `certificate/${uuid(`${account} ${region} certificate`)}`)
  const resource = (
    resourceType: string,
    resourceId: string,
    resourceArn: string,
    configuration: object = {},
  ): ConfigResource => ({
    resourceId,
    resourceName: resourceId,
    resourceType,
    arn: resourceArn,
    tags: configTags,
    configuration,
  })
  const rule = (name: string, resourceType: string, resourceId: string) => ({
    rule: {
      ConfigRuleName: name,
      ConfigRuleArn: arn('config', `config-rule/config-rule-${hex(name, 6)}`),
      ConfigRuleId: `config-rule-${hex(name, 6)}`,
      Source: { Owner: 'AWS' as const, SourceIdentifier: name.toUpperCase().replaceAll('-', '_') },
      ConfigRuleState: 'ACTIVE' as const,
    },
    results: [
      {
        EvaluationResultIdentifier: {
          EvaluationResultQualifier: { ConfigRuleName: name, ResourceType: resourceType, ResourceId: resourceId },
          OrderingTimestamp: ago(1),
        },
        ComplianceType: 'COMPLIANT' as const,
        ResultRecordedTime: ago(1),
        ConfigRuleInvokedTime: ago(1),
      },
    ],
  })
  return {
    ...emptyRegion(region),
    vpcs: [
      {
        VpcId: vpc,
        CidrBlock: '10.0.0.0/16',
        State: 'available',
        IsDefault: false,
        OwnerId: account,
        DhcpOptionsId: options,
        Tags: tagList,
      },
    ],
    subnets: subnets.map(({ id: SubnetId, zone }, index) => ({
      SubnetId,
      VpcId: vpc,
      CidrBlock: `10.0.${index}.0/24`,
      AvailabilityZone: zone,
      State: 'available',
      MapPublicIpOnLaunch: false,
      OwnerId: account,
      Tags: tagList,
    })),
    routeTables: [
      {
        RouteTableId: table,
        VpcId: vpc,
        OwnerId: account,
        Associations: [{ RouteTableAssociationId: id('rtbassoc'), RouteTableId: table, Main: true }],
        Routes: [
          { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' },
        ],
      },
    ],
    dhcpOptions: [
      {
        DhcpOptionsId: options,
        OwnerId: account,
        DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] }],
      },
    ],
    flowLogs: [
      {
        FlowLogId: id('fl'),
        ResourceId: vpc,
        FlowLogStatus: 'ACTIVE',
        TrafficType: 'ALL',
        DeliverLogsStatus: 'SUCCESS',
        LogDestinationType: 's3',
        LogDestination: `arn:aws:s3:::logs-${account}`,
        CreationTime: ago(300),
      },
    ],
    networkAcls: [
      {
        NetworkAclId: acl,
        VpcId: vpc,
        IsDefault: true,
        OwnerId: account,
        Associations: [{ NetworkAclAssociationId: id('aclassoc'), NetworkAclId: acl, SubnetId: subnet.id }],
        Entries: [
          {
            RuleNumber: 100,
            Protocol: '6',
            RuleAction: 'allow',
            Egress: false,
            CidrBlock: '0.0.0.0/0',
            PortRange: { From: 443, To: 443 },
          },
          { RuleNumber: 32767, Protocol: '-1', RuleAction: 'deny', Egress: false, CidrBlock: '0.0.0.0/0' },
        ],
      },
    ],
    networkInterfaces: [
      {
        NetworkInterfaceId: id('eni'),
        VpcId: vpc,
        SubnetId: subnet.id,
        Status: 'in-use',
        InterfaceType: 'interface',
        OwnerId: account,
        PrivateIpAddress: '10.0.0.10',
        Groups: [{ GroupId: webGroup, GroupName: 'web' }],
        Attachment: { AttachmentId: id('eni-attach'), InstanceId: instance, Status: 'attached' },
      },
    ],
    securityGroups: [
      {
        GroupId: defaultGroup,
        GroupName: 'default',
        Description: 'default VPC security group',
        VpcId: vpc,
        OwnerId: account,
        IpPermissions: [],
        IpPermissionsEgress: [],
      },
      {
        GroupId: webGroup,
        GroupName: 'web',
        Description: 'front ends',
        VpcId: vpc,
        OwnerId: account,
        IpPermissions: [
          {
            IpProtocol: 'tcp',
            FromPort: 443,
            ToPort: 443,
            IpRanges: [{ CidrIp: '0.0.0.0/0' }],
            Ipv6Ranges: [],
            UserIdGroupPairs: [],
            PrefixListIds: [],
          },
        ],
        IpPermissionsEgress: [
          {
            IpProtocol: '-1',
            IpRanges: [{ CidrIp: '0.0.0.0/0' }],
            Ipv6Ranges: [],
            UserIdGroupPairs: [],
            PrefixListIds: [],
          },
        ],
      },
    ],
    instances: [
      {
        InstanceId: instance,
        ImageId: image,
        InstanceType: 't4g.small',
        LaunchTime: ago(60),
        State: { Code: 16, Name: 'running' },
        VpcId: vpc,
        SubnetId: subnet.id,
        PrivateIpAddress: '10.0.0.10',
        MetadataOptions: {
          State: 'applied',
          HttpTokens: 'required',
          HttpPutResponseHopLimit: 1,
          HttpEndpoint: 'enabled',
        },
        SecurityGroups: [{ GroupId: webGroup, GroupName: 'web' }],
        Placement: { AvailabilityZone: subnet.zone, Tenancy: 'default' },
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { VolumeId: volume, Status: 'attached', DeleteOnTermination: true } },
        ],
        Tags: tagList,
      },
    ],
    launchTemplates: [
      {
        template: {
          LaunchTemplateId: template,
          LaunchTemplateName: 'web',
          DefaultVersionNumber: 1,
          LatestVersionNumber: 1,
          CreateTime: ago(200),
        },
        versions: [
          {
            LaunchTemplateId: template,
            LaunchTemplateName: 'web',
            VersionNumber: 1,
            DefaultVersion: true,
            CreateTime: ago(200),
            LaunchTemplateData: {
              ImageId: image,
              MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
            },
          },
        ],
      },
    ],
    volumes: [
      {
        VolumeId: volume,
        Encrypted: true,
        KmsKeyId: key,
        Size: 20,
        State: 'in-use',
        VolumeType: 'gp3',
        AvailabilityZone: subnet.zone,
        CreateTime: ago(60),
        SnapshotId: snapshot,
        Attachments: [{ InstanceId: instance, VolumeId: volume, State: 'attached', Device: '/dev/xvda' }],
        Tags: tagList,
      },
    ],
    snapshots: [
      {
        snapshot: {
          SnapshotId: snapshot,
          VolumeId: volume,
          OwnerId: account,
          Encrypted: true,
          State: 'completed',
          StartTime: ago(1),
          VolumeSize: 20,
          Tags: tagList,
        },
      },
    ],
    images: [
      {
        ImageId: image,
        Name: 'base',
        OwnerId: account,
        Public: false,
        State: 'available',
        CreationDate: ago(90).toISOString(),
      },
    ],
    ebsEncryptionByDefault: true,
    recorders: [
      {
        recorder: {
          name: 'default',
          arn: arn('config', `configuration-recorder/default/${hex(account + region, 16)}`),
          roleARN: `arn:aws:iam::${account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
          recordingGroup: {
            allSupported: true,
            includeGlobalResourceTypes: region === 'us-east-1' || otherRegion === region,
            resourceTypes: [],
            recordingStrategy: { useOnly: 'ALL_SUPPORTED_RESOURCE_TYPES' },
          },
          recordingMode: { recordingFrequency: 'CONTINUOUS' },
        },
        status: {
          name: 'default',
          recording: true,
          lastStatus: SUCCESS,
          lastStartTime: ago(400),
          lastStatusChangeTime: ago(0.1),
        },
      },
    ],
    deliveryChannels: [
      {
        channel: { name: 'default', s3BucketName: `logs-${account}` },
        status: {
          name: 'default',
          configHistoryDeliveryInfo: { lastStatus: SUCCESS, lastAttemptTime: ago(0.2), lastSuccessfulTime: ago(0.2) },
          configSnapshotDeliveryInfo: {
            lastStatus: SUCCESS,
            lastAttemptTime: ago(0.5),
            lastSuccessfulTime: ago(0.5),
          },
          configStreamDeliveryInfo: { lastStatus: SUCCESS, lastStatusChangeTime: ago(0.1) },
        },
      },
    ],
    configRules: [
      rule('encrypted-volumes', 'AWS::EC2::Volume', volume),
      rule('ec2-imdsv2-check', 'AWS::EC2::Instance', instance),
      rule('rds-storage-encrypted', 'AWS::RDS::DBInstance', 'orders'),
    ],
    conformancePacks: [
      {
        pack: {
          ConformancePackName: 'baseline',
          ConformancePackArn: arn('config', `conformance-pack/baseline/conformance-pack-${hex(account + region, 8)}`),
          ConformancePackId: `conformance-pack-${hex(account + region, 8)}`,
          DeliveryS3Bucket: '',
          LastUpdateRequestedTime: ago(100),
          CreatedBy: 'config-multiaccountsetup.amazonaws.com',
        },
        status: {
          ConformancePackName: 'baseline',
          ConformancePackId: `conformance-pack-${hex(account + region, 8)}`,
          ConformancePackArn: arn('config', `conformance-pack/baseline/conformance-pack-${hex(account + region, 8)}`),
          ConformancePackState: 'CREATE_COMPLETE',
          StackArn: arn('cloudformation', `stack/awsconfigconforms-baseline/${uuid(account + region)}`),
          LastUpdateRequestedTime: ago(100),
          LastUpdateCompletedTime: ago(100),
        },
        rules: ['encrypted-volumes', 'ec2-imdsv2-check', 'rds-storage-encrypted'],
      },
    ],
    resources: [
      resource('AWS::EC2::VPC', vpc, arn('ec2', `vpc/${vpc}`)),
      resource('AWS::EC2::Instance', instance, arn('ec2', `instance/${instance}`), {
        metadataOptions: { httpTokens: 'required' },
        state: { name: 'running' },
      }),
      resource('AWS::EC2::Volume', volume, arn('ec2', `volume/${volume}`), { encrypted: true }),
      resource('AWS::RDS::DBInstance', 'orders', database, { storageEncrypted: true }),
      resource('AWS::EC2::SecurityGroup', webGroup, arn('ec2', `security-group/${webGroup}`)),
      resource('AWS::Lambda::Function', 'invoices', arn('lambda', 'function:invoices')),
    ],
    // One change of a baseline resource, and who made it.
    history: [
      {
        version: '1.3',
        accountId: account,
        awsRegion: region,
        resourceType: 'AWS::EC2::SecurityGroup',
        resourceId: webGroup,
        resourceName: 'web',
        arn: arn('ec2', `security-group/${webGroup}`),
        configurationItemCaptureTime: ago(20),
        configurationItemStatus: 'OK',
        configurationStateId: String(ago(20).getTime()),
        relatedEvents: [],
      },
    ],
    events: [
      {
        EventId: uuid(`${account} ${region} event`),
        EventName: 'AuthorizeSecurityGroupIngress',
        ReadOnly: 'false',
        EventTime: new Date(ago(20).getTime() - 60_000),
        EventSource: 'ec2.amazonaws.com',
        Username: 'pipeline',
        Resources: [{ ResourceType: 'AWS::EC2::SecurityGroup', ResourceName: webGroup }],
        CloudTrailEvent: JSON.stringify({
          eventVersion: '1.09',
          eventTime: new Date(ago(20).getTime() - 60_000).toISOString(),
          eventSource: 'ec2.amazonaws.com',
          eventName: 'AuthorizeSecurityGroupIngress',
          awsRegion: region,
          recipientAccountId: account,
          readOnly: false,
          userIdentity: {
            type: 'AssumedRole',
            arn: `arn:aws:sts::${account}:assumed-role/deploy/pipeline`,
            accountId: account,
            sessionContext: {
              sessionIssuer: { type: 'Role', userName: 'deploy', arn: `arn:aws:iam::${account}:role/deploy` },
            },
          },
        }),
      },
    ],
    stacks: [
      {
        stack: {
          StackName: 'network',
          StackId: arn('cloudformation', `stack/network/${uuid(`${account} ${region} stack`)}`),
          StackStatus: 'UPDATE_COMPLETE',
          CreationTime: ago(400),
          LastUpdatedTime: ago(40),
          DriftInformation: { StackDriftStatus: 'IN_SYNC', LastCheckTimestamp: ago(2) },
        },
        drifts: [],
      },
    ],
    logGroups: [
      {
        logGroupName: '/aws/lambda/invoices',
        arn: arn('logs', 'log-group:/aws/lambda/invoices:*'),
        creationTime: ago(300).getTime(),
        retentionInDays: 400,
        storedBytes: 5000,
        metricFilterCount: 0,
      },
    ],
    databases: [
      {
        DBInstanceIdentifier: 'orders',
        DBInstanceArn: database,
        DBInstanceClass: 'db.t4g.medium',
        DBInstanceStatus: 'available',
        Engine: 'postgres',
        EngineVersion: '17.4',
        PubliclyAccessible: false,
        StorageEncrypted: true,
        KmsKeyId: key,
        BackupRetentionPeriod: 14,
        MultiAZ: true,
        DeletionProtection: true,
        AutoMinorVersionUpgrade: true,
        InstanceCreateTime: ago(300),
        ReadReplicaDBInstanceIdentifiers: [],
        VpcSecurityGroups: [{ VpcSecurityGroupId: webGroup, Status: 'active' }],
        DBSubnetGroup: {
          DBSubnetGroupName: 'private',
          VpcId: vpc,
          Subnets: subnets.map(({ id: SubnetIdentifier }) => ({ SubnetIdentifier, SubnetStatus: 'Active' })),
        },
        TagList: tagList,
      },
    ],
    databaseSnapshots: [
      {
        snapshot: {
          DBSnapshotIdentifier: 'orders-weekly',
          DBSnapshotArn: arn('rds', 'snapshot:orders-weekly'),
          DBInstanceIdentifier: 'orders',
          SnapshotType: 'manual',
          Status: 'available',
          Encrypted: true,
          Engine: 'postgres',
          SnapshotCreateTime: ago(3),
        },
        restore: [],
      },
    ],
    clusters: [
      {
        DBClusterIdentifier: 'ledger',
        DBClusterArn: arn('rds', 'cluster:ledger'),
        Engine: 'aurora-postgresql',
        EngineVersion: '17.4',
        Status: 'available',
        StorageEncrypted: true,
        KmsKeyId: key,
        BackupRetentionPeriod: 14,
        MultiAZ: true,
        DeletionProtection: true,
        AutoMinorVersionUpgrade: true,
        ClusterCreateTime: ago(300),
        TagList: tagList,
      },
    ],
    clusterSnapshots: [
      {
        snapshot: {
          DBClusterSnapshotIdentifier: 'ledger-weekly',
          DBClusterSnapshotArn: arn('rds', 'cluster-snapshot:ledger-weekly'),
          DBClusterIdentifier: 'ledger',
          SnapshotType: 'manual',
          Status: 'available',
          StorageEncrypted: true,
          Engine: 'aurora-postgresql',
          SnapshotCreateTime: ago(3),
        },
        restore: [],
      },
    ],
    engineVersions: [
      { Engine: 'aurora-postgresql', EngineVersion: '17.4', Status: 'available', MajorEngineVersion: '17' },
      { Engine: 'postgres', EngineVersion: '17.4', Status: 'available', MajorEngineVersion: '17' },
      { Engine: 'postgres', EngineVersion: '12.9', Status: 'deprecated', MajorEngineVersion: '12' },
    ],
    keys: [
      {
        key: {
          KeyId: keyId,
          Arn: key,
          AWSAccountId: account,
          Enabled: true,
          KeyState: 'Enabled',
          KeyManager: 'CUSTOMER',
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyUsage: 'ENCRYPT_DECRYPT',
          Origin: 'AWS_KMS',
          MultiRegion: false,
          CreationDate: ago(500),
          Description: 'data at rest',
        },
        rotates: true,
        policy: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'own account',
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${account}:root` },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
        },
        aliases: ['data'],
      },
    ],
    secrets: [
      {
        ARN: arn('secretsmanager', `secret:orders-${hex(account + region, 6)}`),
        Name: 'orders',
        KmsKeyId: key,
        RotationEnabled: true,
        RotationRules: { AutomaticallyAfterDays: 30 },
        LastRotatedDate: ago(12),
        LastAccessedDate: ago(1),
        LastChangedDate: ago(12),
        CreatedDate: ago(300),
        Tags: tagList,
      },
    ],
    certificates: [
      {
        CertificateArn: certificate,
        DomainName: 'shop.example.com',
        SubjectAlternativeNames: ['shop.example.com'],
        Status: 'ISSUED',
        Type: 'AMAZON_ISSUED',
        KeyAlgorithm: 'EC_prime256v1',
        SignatureAlgorithm: 'SHA256WITHRSA',
        InUseBy: [balancer],
        IssuedAt: ago(100),
        NotBefore: ago(100),
        NotAfter: ago(-260),
        RenewalEligibility: 'ELIGIBLE',
      },
    ],
    loadBalancers: [
      {
        balancer: {
          LoadBalancerArn: balancer,
          LoadBalancerName: 'front',
          DNSName: `front.${region}.elb.example.com`,
          Scheme: 'internet-facing',
          Type: 'application',
          State: { Code: 'active' },
          VpcId: vpc,
          CreatedTime: ago(200),
          SecurityGroups: [webGroup],
          AvailabilityZones: subnets.map(({ id: SubnetId, zone }) => ({ SubnetId, ZoneName: zone })),
        },
        listeners: [
          {
            ListenerArn: `${balancer.replace(':loadbalancer/', ':listener/')}/${hex('https', 16)}`,
            LoadBalancerArn: balancer,
            Port: 443,
            Protocol: 'HTTPS',
            SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
            Certificates: [{ CertificateArn: certificate }],
            DefaultActions: [
              { Type: 'forward', TargetGroupArn: arn('elasticloadbalancing', `targetgroup/web/${hex('target', 16)}`) },
            ],
          },
          {
            ListenerArn: `${balancer.replace(':loadbalancer/', ':listener/')}/${hex('http', 16)}`,
            LoadBalancerArn: balancer,
            Port: 80,
            Protocol: 'HTTP',
            DefaultActions: [
              { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
            ],
          },
        ],
      },
    ],
    repositories: [
      {
        repositoryArn: arn('ecr', 'repository/shop'),
        registryId: account,
        repositoryName: 'shop',
        repositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/shop`,
        createdAt: ago(300),
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfiguration: { encryptionType: 'KMS', kmsKey: key },
      },
    ],
    functions: [
      {
        function: {
          FunctionName: 'invoices',
          FunctionArn: arn('lambda', 'function:invoices'),
          Runtime: 'nodejs24.x',
          Role: `arn:aws:iam::${account}:role/invoices`,
          Handler: 'index.handler',
          LastModified: ago(20).toISOString().replace('Z', '+0000'),
          PackageType: 'Zip',
          Architectures: ['arm64'],
          Environment: { Variables: { LOG_LEVEL: 'info' } },
        },
        policy: {
          Version: '2012-10-17',
          Id: 'default',
          Statement: [
            {
              Sid: 'events',
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'lambda:InvokeFunction',
              Resource: arn('lambda', 'function:invoices'),
              Condition: { ArnLike: { 'AWS:SourceArn': arn('events', 'rule/nightly') } },
            },
          ],
        },
        urls: [
          {
            FunctionUrl: `https://${hex(`${account}${region}url`, 20)}.lambda-url.${region}.on.aws/`,
            FunctionArn: arn('lambda', 'function:invoices'),
            AuthType: 'AWS_IAM',
            CreationTime: ago(200).toISOString(),
            LastModifiedTime: ago(200).toISOString(),
          },
        ],
      },
    ],
    kubernetes: [
      {
        name: 'shop',
        arn: arn('eks', 'cluster/shop'),
        version: '1.35',
        status: 'ACTIVE',
        createdAt: ago(200),
        resourcesVpcConfig: {
          vpcId: vpc,
          subnetIds: subnets.map((one) => one.id),
          endpointPublicAccess: false,
          endpointPrivateAccess: true,
          publicAccessCidrs: [],
        },
        logging: { clusterLogging: [{ types: ['api', 'audit', 'authenticator'], enabled: true }] },
        encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: key } }],
        tags: { ...TAGS },
      },
    ],
    backupPlans: [
      {
        plan: {
          BackupPlanId: uuid(`${account} ${region} plan`),
          BackupPlanArn: arn('backup', `backup-plan:${uuid(`${account} ${region} plan`)}`),
          BackupPlanName: 'daily',
          CreationDate: ago(400),
          LastExecutionDate: ago(0.3),
          VersionId: 'v1',
        },
        selections: [
          {
            SelectionId: uuid(`${account} ${region} selection`),
            SelectionName: 'tagged',
            BackupPlanId: uuid(`${account} ${region} plan`),
            CreationDate: ago(400),
          },
        ],
        rules: [
          {
            RuleName: 'daily',
            TargetBackupVaultName: 'tidy',
            ScheduleExpression: 'cron(0 5 ? * * *)',
            Lifecycle: { DeleteAfterDays: 35 },
            CopyActions: [{ DestinationBackupVaultArn: vault(otherRegion), Lifecycle: { DeleteAfterDays: 35 } }],
          },
        ],
      },
    ],
    vaults: [
      {
        vault: {
          BackupVaultName: 'tidy',
          BackupVaultArn: vault(region),
          VaultType: 'BACKUP_VAULT',
          VaultState: 'AVAILABLE',
          EncryptionKeyArn: key,
          CreationDate: ago(400),
          NumberOfRecoveryPoints: 1,
          Locked: true,
          LockDate: ago(390),
          MinRetentionDays: 7,
          MaxRetentionDays: 365,
        },
        recoveryPoints: [
          {
            RecoveryPointArn: arn('backup', `recovery-point:${uuid(`${account} ${region} point`)}`),
            BackupVaultName: 'tidy',
            BackupVaultArn: vault(region),
            ResourceArn: database,
            ResourceType: 'RDS',
            Status: 'COMPLETED',
            IsEncrypted: true,
            EncryptionKeyArn: key,
            CreationDate: ago(0.3),
            CompletionDate: ago(0.3),
          },
        ],
      },
    ],
    protectedResources: [
      { ResourceArn: database, ResourceType: 'RDS', LastBackupTime: ago(0.3), ResourceName: 'orders' },
      { ResourceArn: arn('ec2', `volume/${volume}`), ResourceType: 'EBS', LastBackupTime: ago(0.3) },
      { ResourceArn: arn('ec2', `instance/${instance}`), ResourceType: 'EC2', LastBackupTime: ago(0.3) },
    ],
    backupJobs: [
      {
        AccountId: account,
        BackupJobId: uuid(`${account} ${region} job`),
        BackupVaultName: 'tidy',
        BackupVaultArn: vault(region),
        ResourceArn: database,
        ResourceType: 'RDS',
        State: 'COMPLETED',
        PercentDone: '100.0',
        CreationDate: ago(0.35),
        CompletionDate: ago(0.3),
        RecoveryPointArn: arn('backup', `recovery-point:${uuid(`${account} ${region} point`)}`),
      },
    ],
    restoreJobs: [
      {
        AccountId: account,
        RestoreJobId: uuid(`${account} ${region} restore`),
        RecoveryPointArn: arn('backup', `recovery-point:${uuid(`${account} ${region} point`)}`),
        SourceResourceArn: database,
        ResourceType: 'RDS',
        Status: 'COMPLETED',
        PercentDone: '100.00%',
        CreationDate: ago(30),
        CompletionDate: ago(29.9),
        ValidationStatus: 'SUCCESSFUL',
      },
    ],
    copyJobs: [
      {
        AccountId: account,
        CopyJobId: uuid(`${account} ${region} copy`),
        SourceBackupVaultArn: vault(region),
        DestinationBackupVaultArn: vault(otherRegion),
        SourceRecoveryPointArn: arn('backup', `recovery-point:${uuid(`${account} ${region} point`)}`),
        ResourceArn: database,
        ResourceType: 'RDS',
        State: 'COMPLETED',
        CreationDate: ago(0.28),
        CompletionDate: ago(0.25),
      },
    ],
    restoreTestingPlans: [
      {
        RestoreTestingPlanName: 'quarterly',
        RestoreTestingPlanArn: arn('backup', `restore-testing-plan:quarterly-${uuid(account + region)}`),
        CreationTime: ago(300),
        LastExecutionTime: ago(30),
        ScheduleExpression: 'cron(0 5 1 */3 ? *)',
        ScheduleExpressionTimezone: 'Etc/UTC',
        StartWindowHours: 24,
      },
    ],
    detectors: [
      {
        id: detector,
        detector: {
          CreatedAt: ago(400).toISOString(),
          UpdatedAt: ago(30).toISOString(),
          Status: 'ENABLED',
          FindingPublishingFrequency: 'FIFTEEN_MINUTES',
          ServiceRole: `arn:aws:iam::${account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
          Features: (
            [
              'S3_DATA_EVENTS',
              'EKS_AUDIT_LOGS',
              'EBS_MALWARE_PROTECTION',
              'RDS_LOGIN_EVENTS',
              'LAMBDA_NETWORK_LOGS',
              'RUNTIME_MONITORING',
            ] as const
          ).map((Name) => ({
            Name,
            Status: 'ENABLED' as const,
            UpdatedAt: ago(30),
          })),
        },
        autoEnable: 'ALL',
        findings: [
          {
            AccountId: account,
            Arn: arn('guardduty', `detector/${detector}/finding/${hex('finding', 32)}`),
            CreatedAt: ago(60).toISOString(),
            UpdatedAt: ago(59).toISOString(),
            Id: hex('finding', 32),
            Region: region,
            Resource: { ResourceType: 'Instance' },
            SchemaVersion: '2.0',
            Severity: 8,
            Title: 'A machine talked to a listed address',
            Type: 'Backdoor:EC2/C&CActivity.B',
            Service: { Archived: true, Count: 1, ServiceName: 'guardduty' },
          },
        ],
      },
    ],
    securityHub: {
      standards: [
        {
          StandardsArn: `arn:aws:securityhub:${region}::standards/aws-foundational-security-best-practices/v/1.0.0`,
          StandardsSubscriptionArn: arn('securityhub', 'subscription/aws-foundational-security-best-practices/v/1.0.0'),
          StandardsInput: {},
          StandardsStatus: 'READY',
        },
      ],
      findings: [
        {
          SchemaVersion: '2018-10-08',
          Id: arn('securityhub', `security-control/EC2.8/finding/${uuid('finding')}`),
          ProductArn: `arn:aws:securityhub:${region}::product/aws/securityhub`,
          ProductName: 'Security Hub',
          GeneratorId: 'security-control/EC2.8',
          AwsAccountId: account,
          Title: 'EC2 instances should use IMDSv2',
          Description: 'Settings of instance metadata',
          CreatedAt: ago(90).toISOString(),
          UpdatedAt: ago(1).toISOString(),
          FirstObservedAt: ago(90).toISOString(),
          Severity: { Label: 'HIGH' },
          Compliance: { Status: 'PASSED', SecurityControlId: 'EC2.8' },
          Workflow: { Status: 'RESOLVED' },
          RecordState: 'ACTIVE',
          Resources: [{ Type: 'AwsEc2Instance', Id: arn('ec2', `instance/${instance}`) }],
        },
      ],
    },
    inspector: {
      status: 'ENABLED',
      coverage: [
        {
          accountId: account,
          resourceId: instance,
          resourceType: 'AWS_EC2_INSTANCE',
          scanType: 'PACKAGE',
          scanStatus: { statusCode: 'ACTIVE', reason: 'SUCCESSFUL' },
        },
        {
          accountId: account,
          resourceId: arn('lambda', 'function:invoices:$LATEST'),
          resourceType: 'AWS_LAMBDA_FUNCTION',
          scanType: 'PACKAGE',
          scanStatus: { statusCode: 'ACTIVE', reason: 'SUCCESSFUL' },
        },
        {
          accountId: account,
          resourceId: arn('ecr', 'repository/shop'),
          resourceType: 'AWS_ECR_REPOSITORY',
          scanType: 'PACKAGE',
          scanStatus: { statusCode: 'ACTIVE', reason: 'SUCCESSFUL' },
        },
      ],
      findings: [
        {
          findingArn: arn('inspector2', `finding/${hex('finding', 32)}`),
          awsAccountId: account,
          type: 'PACKAGE_VULNERABILITY',
          title: 'CVE-2026-0001 - example',
          description: 'An example.',
          severity: 'HIGH',
          status: 'CLOSED',
          firstObservedAt: ago(50),
          lastObservedAt: ago(45),
          updatedAt: ago(45),
          remediation: { recommendation: { text: 'Update.' } },
          resources: [{ type: 'AWS_EC2_INSTANCE', id: instance, region }],
          packageVulnerabilityDetails: { vulnerabilityId: 'CVE-2026-0001', source: 'NVD' },
        },
      ],
    },
    managedInstances: [
      {
        InstanceId: instance,
        PingStatus: 'Online',
        LastPingDateTime: ago(0.01),
        AgentVersion: '3.3.2299.0',
        IsLatestVersion: true,
        PlatformType: 'Linux',
        PlatformName: 'Amazon Linux',
        PlatformVersion: '2023',
        ResourceType: 'EC2Instance',
      },
    ],
    patchStates: [
      {
        InstanceId: instance,
        PatchGroup: '',
        BaselineId: 'pb-0123456789abcdef0',
        OperationStartTime: ago(1),
        OperationEndTime: ago(1),
        Operation: 'Scan',
        InstalledCount: 40,
        MissingCount: 0,
        FailedCount: 0,
        InstalledPendingRebootCount: 0,
        InstalledRejectedCount: 0,
        CriticalNonCompliantCount: 0,
        SecurityNonCompliantCount: 0,
        OtherNonCompliantCount: 0,
      },
    ],
    complianceSummaries: [
      {
        ComplianceType: 'Patch',
        CompliantSummary: {
          CompliantCount: 1,
          SeveritySummary: {
            CriticalCount: 0,
            HighCount: 0,
            MediumCount: 0,
            LowCount: 0,
            InformationalCount: 0,
            UnspecifiedCount: 1,
          },
        },
        NonCompliantSummary: {
          NonCompliantCount: 0,
          SeveritySummary: {
            CriticalCount: 0,
            HighCount: 0,
            MediumCount: 0,
            LowCount: 0,
            InformationalCount: 0,
            UnspecifiedCount: 0,
          },
        },
      },
    ],
    sessionPreferences: {
      schemaVersion: '1.0',
      description: 'Settings of sessions',
      sessionType: 'Standard_Stream',
      inputs: {
        s3BucketName: `logs-${account}`,
        s3KeyPrefix: 'sessions',
        s3EncryptionEnabled: true,
        cloudWatchLogGroupName: 'sessions',
        cloudWatchEncryptionEnabled: true,
        kmsKeyId: key,
      },
    },
    analyzers: [
      {
        analyzer: {
          name: 'external',
          arn: arn('access-analyzer', 'analyzer/external'),
          type: 'ACCOUNT',
          status: 'ACTIVE',
          createdAt: ago(300),
          lastResourceAnalyzedAt: ago(0.1),
          tags: {},
        },
        findings: [
          {
            id: uuid(`${account} ${region} external`),
            resource: `arn:aws:s3:::data-${account}`,
            resourceType: 'AWS::S3::Bucket',
            resourceOwnerAccount: account,
            findingType: 'ExternalAccess',
            status: 'ARCHIVED',
            createdAt: ago(200),
            analyzedAt: ago(1),
            updatedAt: ago(199),
          },
        ],
      },
    ],
  }
}

export function uuid(seed: string): string {
  const all = hex(seed, 32)
  return [all.slice(0, 8), all.slice(8, 12), `4${all.slice(13, 16)}`, `a${all.slice(17, 20)}`, all.slice(20)].join('-')
}
