/** What the clients of the OAuth benchmark are called, at either server. */
export const clientId = 'benchweb';
export const program = 'benchprogram';
export const clientSecret = 'aSecretOfAClientOfTheBenchmark';
export const redirectUri = 'https://app.example.com/callback';
export const resource = 'https://api.example.com';
/** As the resource server has it. */
export const scope = 'read';
