/** The `identities` of a user: with which accounts at which identity providers they may sign in. Two forms, one source. */

export type Identity = {
  userId: string;
  providerName: string;
  providerType: string;
  /** Entity id of a SAML provider. */
  issuer: string | null;
  /** The identity that made the user. */
  primary: boolean;
  /** Epoch milliseconds. */
  dateCreated: number;
};

type Attributes = Record<string, string>;

/** From the user's attribute, which is a JSON text. */
export const identitiesOf = ({ identities }: Attributes): Identity[] =>
  identities === undefined ? [] : (JSON.parse(identities) as Identity[]);

/** The user's attributes with these identities; without any, there is no such attribute. */
export const withIdentities = ({ identities: _, ...attributes }: Attributes, identities: Identity[]): Attributes =>
  identities.length === 0 ? attributes : { ...attributes, identities: JSON.stringify(identities) };

/** The claim of the ID token, in which every member is text. */
export const identitiesClaim = (attributes: Attributes): Record<string, string | null>[] =>
  identitiesOf(attributes).map(({ dateCreated, userId, providerName, providerType, issuer, primary }) => ({
    dateCreated: String(dateCreated),
    userId,
    providerName,
    providerType,
    issuer,
    primary: String(primary),
  }));
