import {
  GetPolicyCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListFunctionUrlConfigsCommand,
} from '@aws-sdk/client-lambda'

export const Client = LambdaClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  GetPolicy: GetPolicyCommand,
  ListFunctionUrlConfigs: ListFunctionUrlConfigsCommand,
  ListFunctions: ListFunctionsCommand,
}
