import { InvalidError, NotFoundError } from 'affiant/sdk'
import { awsCode } from '../errors.ts'
import type { Place } from '../session.ts'

/**
 * ARN of the hub of a region. Security Hub answers `InvalidAccessException` where it is not turned on, and that is absence.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
 * @throws NotFoundError if there is none; InvalidError for an answer without its ARN
 */
export async function hubIn(place: Place): Promise<string> {
  try {
    const { HubArn } = await place.call('securityhub', 'DescribeHub', {})
    if (HubArn !== undefined) return HubArn
  } catch (error) {
    if (awsCode(error) !== 'InvalidAccessException') throw error
    throw new NotFoundError('Security Hub is not turned on here', { cause: error })
  }
  throw new InvalidError('securityhub:DescribeHub: AWS named no hub')
}
