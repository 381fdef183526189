import {
  DescribeUserCommand,
  IdentitystoreClient,
  ListGroupMembershipsCommand,
  ListGroupsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-identitystore'

export const Client = IdentitystoreClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeUser: DescribeUserCommand,
  ListGroupMemberships: ListGroupMembershipsCommand,
  ListGroups: ListGroupsCommand,
  ListUsers: ListUsersCommand,
}
