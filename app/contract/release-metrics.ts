/** Bookings by version, counted from the API's log: while two versions serve, the gate of a release compares them. */
import { API_PREFIX } from './api';

export const BOOKINGS_BY_VERSION = {
  namespace: (environment: string) => `Nailbook/Releases/${environment}`,
  name: 'BookingsCreated',
  dimension: 'Version',
  /** Lines of the request log that are a booking, and the field with the version, in CloudWatch's language of filters. */
  filter: `{ $.message = "request" && $.metadata.method = "POST" && $.metadata.route = "${API_PREFIX}/merchants/:merchantId/bookings" && $.metadata.status = 201 }`,
  versionField: '$.version',
} as const;
