import { ACMClient, DescribeCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm'

export const Client = ACMClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  DescribeCertificate: DescribeCertificateCommand,
  ListCertificates: ListCertificatesCommand,
}
