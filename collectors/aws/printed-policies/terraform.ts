import type { Permission } from 'affiant/sdk'
import { actionsOf } from './iam.ts'

/** The role of one account in Terraform: `aws_iam_role` of the provider `hashicorp/aws`. */
export function terraform(permissions: readonly Permission[]): string {
  const actions = actionsOf(permissions).map((action) => `      "${action}",`)
  return `variable "affiant_trusted_principal" {
  type        = string
  description = "ARN of the role that Affiant runs as."
}

variable "affiant_external_id" {
  type        = string
  description = "The value of role.externalId in the config of the source."
}

data "aws_iam_policy_document" "affiant_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [var.affiant_trusted_principal]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.affiant_external_id]
    }
  }
}

data "aws_iam_policy_document" "affiant" {
  statement {
    sid       = "AffiantReads"
    resources = ["*"]

    actions = [
${actions.join('\n')}
    ]
  }
}

resource "aws_iam_role" "affiant" {
  name               = "affiant"
  description        = "Reads settings as compliance evidence."
  assume_role_policy = data.aws_iam_policy_document.affiant_trust.json
}

resource "aws_iam_policy" "affiant" {
  name   = "affiant"
  policy = data.aws_iam_policy_document.affiant.json
}

resource "aws_iam_role_policy_attachment" "affiant" {
  role       = aws_iam_role.affiant.name
  policy_arn = aws_iam_policy.affiant.arn
}

output "affiant_role_arn" {
  value = aws_iam_role.affiant.arn
}
`
}
