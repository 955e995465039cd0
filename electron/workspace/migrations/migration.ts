/** One step of the schema. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Statements without a semicolon at their end, run in the transaction of all steps that are ahead. */
  readonly statements: readonly string[];
}
