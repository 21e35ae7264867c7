/** What a newcomer sees when the server has started. Pure. */

export type BannerFacts = {
  publicUrl: string;
  dataDir: string;
  database: 'sqlite' | 'postgres';
  /** undefined: the root key was disabled or removed. */
  credentialsFile: string | undefined;
  /** Certificate that clients must be told to trust. */
  certificate: string | undefined;
  /** Names of the transports. */
  carriers: Record<'EMAIL' | 'SMS', string>;
};

const quoted = (path: string) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

const messages = ({ EMAIL, SMS }: BannerFacts['carriers']): string => {
  const printed = 'printed here; also: npm run cenote -- outbox';
  if (EMAIL === 'log' && SMS === 'log') return printed;
  const leaves = (name: string) => (name === 'log' ? printed : `sent by ${name.toUpperCase()}`);
  return `e-mail ${leaves(EMAIL)}; text messages ${leaves(SMS)}`;
};

export const banner = (facts: BannerFacts): string => {
  const { publicUrl, dataDir, database, credentialsFile, certificate, carriers } = facts;
  const environment = [
    credentialsFile && `AWS_SHARED_CREDENTIALS_FILE=${quoted(credentialsFile)} AWS_PROFILE=cenote`,
    certificate && `AWS_CA_BUNDLE=${quoted(certificate)}`,
  ].filter(Boolean);
  const lines = [
    '',
    `  Cenote listens on  ${publicUrl}`,
    `  Data directory     ${dataDir} (${database === 'sqlite' ? 'embedded SQLite' : 'the database is PostgreSQL'})`,
    `  Messages           ${messages(carriers)}`,
    `  Access key         ${credentialsFile ? `profile "cenote" in ${credentialsFile}` : 'the root key is disabled: cenote keys create NAME'}`,
    '',
    '  Try:',
    `    ${[...environment, `aws --endpoint-url ${publicUrl}`].join(' ')} \\`,
    '      cognito-idp create-user-pool --pool-name first --auto-verified-attributes email',
    '',
    '',
  ];
  return lines.join('\n');
};
