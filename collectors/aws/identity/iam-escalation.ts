/**
 * Ways from limited rights to those of an administrator: who has all actions of a way, on everything or on all of a kind,
 * can give themselves any right, or act as somebody who has it.
 *
 * Sources: S. Gietzen, "AWS IAM Privilege Escalation: Methods and Mitigation",
 * https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/, and the ways collected at
 * https://pathfinding.cloud/ (compared with all 65 of 2025-12-17; those that are only other ways of this list together are left out). What each action allows:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export interface EscalationWay {
  id: string
  /** All of them are needed. */
  actions: readonly [string, ...string[]]
}

const alone = (...actions: readonly string[]): EscalationWay[] =>
  actions.map((action) => ({ id: action, actions: [action] }))

const together = (...actions: readonly [string, ...string[]]): EscalationWay => ({
  id: actions.join(' and '),
  actions,
})

/** A role that somebody may pass to a service works for them, if they can tell the service what to do. */
const passing = (...actions: readonly string[]): EscalationWay => ({
  id: `iam:PassRole with ${actions.join(' and ')}`,
  actions: ['iam:PassRole', ...actions],
})

export const ESCALATION_WAYS: readonly EscalationWay[] = [
  // Change what a policy says.
  ...alone('iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'),
  // Give a policy to oneself, or to a group or role of one's own.
  ...alone('iam:AttachUserPolicy', 'iam:AttachGroupPolicy', 'iam:AttachRolePolicy'),
  ...alone('iam:PutUserPolicy', 'iam:PutGroupPolicy', 'iam:PutRolePolicy', 'iam:AddUserToGroup'),
  // Take off what bounds one's rights.
  ...alone('iam:DeleteUserPermissionsBoundary', 'iam:DeleteRolePermissionsBoundary'),
  ...alone('iam:PutUserPermissionsBoundary', 'iam:PutRolePermissionsBoundary'),
  // Sign in as somebody else.
  ...alone('iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile'),
  ...alone('iam:UpdateAssumeRolePolicy', 'sts:AssumeRole'),
  // Change who gets what through IAM Identity Center.
  ...alone('sso:CreateAccountAssignment', 'sso:AttachManagedPolicyToPermissionSet'),
  ...alone('sso:AttachCustomerManagedPolicyReferenceToPermissionSet', 'sso:PutInlinePolicyToPermissionSet'),
  // Change the program of something that has a role.
  ...alone('lambda:UpdateFunctionCode', 'glue:UpdateDevEndpoint', 'ssm:SendCommand', 'ssm:StartSession'),
  ...alone('ec2-instance-connect:SendSSHPublicKey', 'cloudformation:UpdateStack', 'codebuild:UpdateProject'),
  ...alone('apprunner:UpdateService', 'codebuild:StartBuild', 'codebuild:StartBuildBatch'),
  ...alone('sagemaker:CreatePresignedNotebookInstanceUrl'),
  together('bedrock-agentcore:StartCodeInterpreterSession', 'bedrock-agentcore:InvokeCodeInterpreter'),
  together('cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'),
  together('ec2:ModifyInstanceAttribute', 'ec2:StopInstances', 'ec2:StartInstances'),
  together('ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate'),
  together(
    'sagemaker:CreateNotebookInstanceLifecycleConfig',
    'sagemaker:StopNotebookInstance',
    'sagemaker:UpdateNotebookInstance',
    'sagemaker:StartNotebookInstance',
  ),
  // Start something with a role.
  passing('ec2:RunInstances'),
  passing('ec2:RequestSpotInstances'),
  passing('autoscaling:CreateAutoScalingGroup', 'ec2:CreateLaunchTemplate'),
  passing('ecs:RegisterTaskDefinition', 'ecs:RunTask'),
  passing('ecs:RegisterTaskDefinition', 'ecs:CreateService'),
  passing('ecs:RegisterTaskDefinition', 'ecs:StartTask'),
  passing('lambda:CreateFunction', 'lambda:InvokeFunction'),
  passing('lambda:CreateFunction', 'lambda:CreateEventSourceMapping'),
  passing('lambda:CreateFunction', 'lambda:AddPermission'),
  passing('apprunner:CreateService'),
  passing(
    'bedrock-agentcore:CreateCodeInterpreter',
    'bedrock-agentcore:StartCodeInterpreterSession',
    'bedrock-agentcore:InvokeCodeInterpreter',
  ),
  passing('cloudformation:CreateStack'),
  passing('cloudformation:CreateStackSet', 'cloudformation:CreateStackInstances'),
  passing('cloudformation:UpdateStackSet'),
  passing('codebuild:CreateProject', 'codebuild:StartBuild'),
  passing('codebuild:CreateProject', 'codebuild:StartBuildBatch'),
  passing('datapipeline:CreatePipeline', 'datapipeline:PutPipelineDefinition', 'datapipeline:ActivatePipeline'),
  passing('glue:CreateDevEndpoint'),
  passing('glue:CreateJob', 'glue:StartJobRun'),
  passing('glue:CreateJob', 'glue:CreateTrigger'),
  passing('glue:UpdateJob', 'glue:StartJobRun'),
  passing('glue:UpdateJob', 'glue:CreateTrigger'),
  passing('sagemaker:CreateNotebookInstance', 'sagemaker:CreatePresignedNotebookInstanceUrl'),
  passing('sagemaker:CreateTrainingJob'),
  passing('sagemaker:CreateProcessingJob'),
  passing('ssm:StartAutomationExecution'),
  passing('states:CreateStateMachine', 'states:StartExecution'),
]
