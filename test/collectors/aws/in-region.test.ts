import { expect, it } from 'vitest'
import { inRegion } from '../../../collectors/aws/in-region.ts'

it('says the region of the scope in each command', () => {
  expect(inRegion('aws ec2 describe-vpcs; aws ec2 describe-flow-logs')({ id: '111122223333/eu-west-1' })).toBe(
    'aws --region eu-west-1 ec2 describe-vpcs; aws --region eu-west-1 ec2 describe-flow-logs',
  )
})

it('leaves the region one word, whatever it is called', () => {
  expect(inRegion('aws ec2 describe-vpcs')({ id: "1/a $& '; x" })).toBe(
    String.raw`aws --region 'a $& '\''; x' ec2 describe-vpcs`,
  )
})
