/** Reaches the CloudFormation resource inside a construct, for properties that the construct does not offer. */
import type { IConstruct } from 'constructs';

type Class<T> = new (...args: never[]) => T;

/** The main resource of a construct. Throws when it is of another class. */
export function defaultChild<T>(construct: IConstruct, type: Class<T>): T {
  return checked(construct, construct.node.defaultChild, type);
}

/** The child of that id. Throws when there is none, or it is of another class. */
export function childOf<T>(construct: IConstruct, id: string, type: Class<T>): T {
  return checked(construct, construct.node.tryFindChild(id), type);
}

function checked<T>(construct: IConstruct, child: IConstruct | undefined, type: Class<T>): T {
  if (child instanceof type) return child;
  throw new Error(
    `${construct.node.path} has no ${type.name} where this version of the construct library is expected to have one`,
  );
}
