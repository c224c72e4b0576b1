/** What the way in costs: the load balancer and its public addresses. */
import { HOURS, charge, type Pricer } from '../line';
import { calculate, exactly } from '../range';
import { listOf } from '../resources';
import { gigabytes } from '../usage';

const part = 'Load balancer';

/**
 * A capacity unit serves 25 new connections a second or 1 GB an hour, whichever is used up first.
 * https://aws.amazon.com/elasticloadbalancing/pricing/
 */
const CONNECTIONS_PER_UNIT = 25;
const GB_PER_UNIT_HOUR = 1;

/** Browsers and LINE keep a connection for some requests. */
const REQUESTS_PER_CONNECTION = 3;

const loadBalancer: Pricer = (balancer, context) => {
  const { requestsPerMonth, responseKb } = context.usage;
  const units = calculate([requestsPerMonth, gigabytes(requestsPerMonth, responseKb)], (requests, gb) =>
    Math.max(requests / REQUESTS_PER_CONNECTION / 3600 / CONNECTIONS_PER_UNIT, gb / GB_PER_UNIT_HOUR),
  );
  const addresses = exactly(HOURS * listOf(balancer.properties, 'Subnets').length);
  return [
    charge(balancer, context, { part, product: 'balancer.hour', quantity: exactly(HOURS) }),
    charge(balancer, context, { part, product: 'balancer.capacity', quantity: units }),
    charge(balancer, context, {
      part,
      product: 'address.hour',
      quantity: addresses,
      item: 'Public address of the load balancer',
    }),
  ];
};

export const balancers: Record<string, Pricer> = { 'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancer };
