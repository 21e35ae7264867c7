/** An app client's id that CreateUserPoolClient is told by the client's name, `_custom_id_:<id>`. Pure. */
const convention = /^_custom_id_:([\w+]+)$/;

/** @returns undefined for any other name; what follows the prefix is an id already by the contract (`contract/beyond.ts`) */
export const chosenClientId = (clientName: string): string | undefined => convention.exec(clientName)?.[1];
