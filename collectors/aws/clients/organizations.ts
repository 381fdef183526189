import {
  ListAccountsForParentCommand,
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListAccountsCommand,
  ListChildrenCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'

export const Client = OrganizationsClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeOrganization: DescribeOrganizationCommand,
  DescribePolicy: DescribePolicyCommand,
  ListAccountsForParent: ListAccountsForParentCommand,
  ListAccounts: ListAccountsCommand,
  ListChildren: ListChildrenCommand,
  ListOrganizationalUnitsForParent: ListOrganizationalUnitsForParentCommand,
  ListParents: ListParentsCommand,
  ListPolicies: ListPoliciesCommand,
  ListPoliciesForTarget: ListPoliciesForTargetCommand,
  ListRoots: ListRootsCommand,
  ListTagsForResource: ListTagsForResourceCommand,
  ListTargetsForPolicy: ListTargetsForPolicyCommand,
}
