import type { Permission } from 'affiant/sdk'
import { actionsOf } from './iam.ts'

/**
 * A CloudFormation template for the role in one account; as a stack set with service-managed permissions it makes the role
 * in every account of an organisation. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html
 */
export function stackSet(permissions: readonly Permission[]): string {
  const actions = actionsOf(permissions).map((action) => `                  - ${action}`)
  return `AWSTemplateFormatVersion: '2010-09-09'
Description: The role Affiant reads this account with. It changes nothing.
Parameters:
  TrustedPrincipal:
    Type: String
    Description: ARN of the role that Affiant runs as.
    AllowedPattern: '^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$'
  ExternalId:
    Type: String
    Description: The value of role.externalId in the config of the source.
    MinLength: 2
  RoleName:
    Type: String
    Default: affiant
    Description: The value of role.name in the config of the source.
Resources:
  AffiantRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref RoleName
      Description: Reads settings as compliance evidence.
      MaxSessionDuration: 3600
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Ref TrustedPrincipal
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                sts:ExternalId: !Ref ExternalId
      ManagedPolicyArns:
        - !Ref AffiantPolicy
  AffiantPolicy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Description: What Affiant reads. Printed by "affiant permissions".
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: AffiantReads
            Effect: Allow
            Action:
${actions.map((line) => line.slice(4)).join('\n')}
            Resource: '*'
Outputs:
  RoleArn:
    Value: !GetAtt AffiantRole.Arn
`
}
