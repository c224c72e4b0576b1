/** Lets the construct library's classes stand for its own interfaces under `exactOptionalPropertyTypes`. */

/** The interface, with `undefined` allowed as the value of its optional attributes. */
type Loose<Interface> = { [Key in keyof Interface]: Interface[Key] | undefined };

/** For example a `Vpc` as an `IVpc`: the class declares `vpnGatewayId: string | undefined`, the interface `vpnGatewayId?: string`. */
export function as<Interface extends object>(construct: Loose<Interface>): Interface {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it differs in the notation of absent attributes only
  return construct as Interface;
}
