import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api'

export const Client = ResourceGroupsTaggingAPIClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  GetResources: GetResourcesCommand,
}
