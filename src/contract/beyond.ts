/** What this server takes beyond AWS's patterns, by the name of the shape. Errors still name AWS's pattern alone. */
export const beyond: Readonly<Record<string, string>> = {
  /** A name that chooses the id of an app client: `_custom_id_:myclient`. */
  ClientNameType: '_custom_id_:[\\w+]+',
};
