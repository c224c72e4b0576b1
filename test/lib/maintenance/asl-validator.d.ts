/** The package ships its types under another name. */
declare module 'asl-validator' {
  export default function validate(definition: unknown): { isValid: boolean };
}
