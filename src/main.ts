/** The command line. Each command is loaded when it is called, so that none pays for another. */
import { Command } from 'commander';
import { explain } from './cli/explain.ts';
import { rolesHelp } from './cli/roles-help.ts';
import { readConfig } from './config.ts';

// Whoever reads the output may stop early (`cenote outbox | head`): that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const program = new Command('cenote')
  .description("A self-hosted identity service that speaks Amazon Cognito's wire protocol.")
  .version('0.1.0')
  .showHelpAfterError('(cenote --help lists the commands)')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'cenote: ')) })
  .addHelpText(
    'after',
    `
Settings are environment variables with the prefix CENOTE_; "cenote settings" lists them.

Examples:
  cenote serve                                start a server with its data in ./data
  cenote outbox                               show the messages that were "sent", with their codes
  cenote triggers invoke hello event.json     call a function behind a trigger and see what it answers
  cenote keys create ci --policy policy.json  an access key that may do what the policy allows
  cenote keys rotate-signing us-east-1_ab12   new signing keys for a user pool
  cenote roles --help                         roles for identity pools and temporary credentials`,
  );

program
  .command('serve')
  .description('start the server')
  .action(async () => (await import('./cli/serve.ts')).serve(readConfig()));

const keys = program
  .command('keys')
  .description('access keys of administrators, signing keys of user pools, and the master key');
keys
  .command('create <name>')
  .description('make an access key; its secret is shown once')
  .option('--policy <file>', 'IAM policy document (JSON); without it the key may do everything in the account')
  .option('--account <id>', 'AWS account, twelve digits (default: CENOTE_ACCOUNT_ID)')
  .action(async (name, options) => (await import('./cli/keys.ts')).createKey(readConfig(), name, options));
keys
  .command('list')
  .description('list the access keys of an account')
  .option('--account <id>', 'AWS account, twelve digits (default: CENOTE_ACCOUNT_ID)')
  .action(async options => (await import('./cli/keys.ts')).listKeys(readConfig(), options));
for (const verb of ['disable', 'enable', 'delete'] as const) {
  keys
    .command(`${verb} <access-key-id>`)
    .description(`${verb} an access key; servers notice within a second`)
    .action(async id => (await import('./cli/keys.ts')).changeKey(readConfig(), verb, id));
}
keys
  .command('rotate-signing <pool>')
  .description("replace a user pool's signing keys; the old ones stay published until their last token has expired")
  .action(async pool => (await import('./cli/keys.ts')).rotateSigning(readConfig(), pool));

keys
  .command('rotate-identity <region>')
  .description(
    "replace the key that signs the tokens of a region's identity pools; the old one stays published for a day",
  )
  .action(async region => (await import('./cli/keys.ts')).rotateIdentity(readConfig(), region));
keys
  .command('reseal')
  .description('seal everything at rest under the first master key, so that the older ones can be dropped')
  .action(async () => (await import('./cli/reseal.ts')).resealKeys(readConfig()));

const roles = program
  .command('roles')
  .description('IAM roles: what temporary credentials act for')
  .addHelpText('after', rolesHelp);
const account = ['--account <id>', 'AWS account, twelve digits (default: CENOTE_ACCOUNT_ID)'] as const;
roles
  .command('create <name>')
  .description('make a role; prints its ARN')
  .option('--trust <file>', 'trust policy (JSON): who may take the role')
  .option('--for-identity-pool <id>', 'trust those who have signed in to this identity pool')
  .option('--guests', 'with --for-identity-pool: trust its guests instead')
  .option('--policy <file>', 'permission policy (JSON), named "permissions"; without one the role may do nothing')
  .option('--path <path>', 'part of the ARN, such as /team/')
  .option('--description <text>', 'what it is for')
  .option('--max-session <seconds>', 'how long a session may last at most, 3600 to 43200 (default: 3600)')
  .option('--tag <key=value...>', 'tags, for aws:PrincipalTag/key in policies')
  .option(...account)
  .action(async (name, options) => (await import('./cli/roles.ts')).createRole(readConfig(), name, options));
roles
  .command('list')
  .description('list the roles of an account')
  .option(...account)
  .action(async options => (await import('./cli/roles.ts')).listRoles(readConfig(), options));
roles
  .command('show <name>')
  .description('a role with all its policies, as JSON')
  .option(...account)
  .action(async (name, options) => (await import('./cli/roles.ts')).showRole(readConfig(), name, options));
roles
  .command('set-trust <name> <file>')
  .description('replace the trust policy')
  .option(...account)
  .action(async (name, file, options) => (await import('./cli/roles.ts')).setTrust(readConfig(), name, file, options));
roles
  .command('put-policy <name> <policy> <file>')
  .description('add a permission policy, or replace the one of that name')
  .option(...account)
  .action(async (name, policy, file, options) =>
    (await import('./cli/roles.ts')).putPolicy(readConfig(), name, policy, file, options),
  );
roles
  .command('remove-policy <name> <policy>')
  .description('take a permission policy away')
  .option(...account)
  .action(async (name, policy, options) =>
    (await import('./cli/roles.ts')).removePolicy(readConfig(), name, policy, options),
  );
roles
  .command('delete <name>')
  .description('delete a role; credentials issued for it stop working within a second')
  .option(...account)
  .action(async (name, options) => (await import('./cli/roles.ts')).deleteRole(readConfig(), name, options));

const oidc = program
  .command('oidc-providers')
  .description('OpenID Connect providers whose logins the identity pools of an account take');
oidc
  .command('create <issuer>')
  .description('register an issuer, https://…, or change its client ids; prints its ARN')
  .requiredOption('--client-id <id...>', 'whose tokens are taken: the audience of ID tokens')
  .option(...account)
  .action(async (issuer, options) =>
    (await import('./cli/federated-providers.ts')).createOidcProvider(readConfig(), issuer, options),
  );
oidc
  .command('list')
  .description('list the providers of an account')
  .option(...account)
  .action(async options => (await import('./cli/federated-providers.ts')).listOidc(readConfig(), options));
oidc
  .command('delete <issuer>')
  .description('trust it no longer; servers notice within a second')
  .option(...account)
  .action(async (issuer, options) =>
    (await import('./cli/federated-providers.ts')).deleteOidc(readConfig(), issuer, options),
  );

const saml = program
  .command('saml-providers')
  .description('SAML providers whose logins the identity pools of an account take');
saml
  .command('create <name> <metadata>')
  .description('register a provider by its metadata (a file, or - for standard input), or change that; prints its ARN')
  .option(...account)
  .action(async (name, file, options) =>
    (await import('./cli/federated-providers.ts')).createSamlProvider(readConfig(), name, file, options),
  );
saml
  .command('list')
  .description('list the providers of an account')
  .option(...account)
  .action(async options => (await import('./cli/federated-providers.ts')).listSaml(readConfig(), options));
saml
  .command('delete <name>')
  .description('trust it no longer; servers notice within a second')
  .option(...account)
  .action(async (name, options) =>
    (await import('./cli/federated-providers.ts')).deleteSaml(readConfig(), name, options),
  );

const outbox = program.command('outbox').description('messages to users: what was printed, sent, or waits to be sent');
outbox
  .command('list', { isDefault: true })
  .description('newest first, with their text where it is kept')
  .option('--limit <n>', 'how many', '20')
  .option('--pool <id>', 'only those of one user pool')
  .option('--state <state>', 'queued, sending, sent, failed or replaced')
  .action(async options => (await import('./cli/outbox.ts')).listOutbox(readConfig(), options));
outbox
  .command('show <message-id>')
  .description('one message, whole')
  .action(async id => (await import('./cli/outbox.ts')).showMessage(readConfig(), id));
outbox
  .command('retry <message-id>')
  .description('send a failed message again')
  .action(async id => (await import('./cli/outbox.ts')).retry(readConfig(), id));

const triggers = program
  .command('triggers')
  .description('the functions behind triggers: the table CENOTE_TRIGGERS, and a way to try one');
triggers
  .command('list', { isDefault: true })
  .description('show the table, and what is wrong with it')
  .action(async () => (await import('./cli/triggers.ts')).listTriggers(readConfig()));
triggers
  .command('invoke <function> <event>')
  .description('call a function with an event (a JSON file, or - for standard input) and print its answer')
  .addHelpText(
    'after',
    `
<function> is an ARN as in a pool's LambdaConfig, or a name; CENOTE_TRIGGERS says where it is:

  CENOTE_TRIGGERS='hello=module:./hello.mjs'                 an exported "handler" of a local module
  CENOTE_TRIGGERS='hello=module:./hello.mjs#preSignUp'       another export
  CENOTE_TRIGGERS='arn:aws:lambda:*=lambda:'                 AWS Lambda, or what CENOTE_LAMBDA_ENDPOINT names
  CENOTE_TRIGGERS='hello=https://hooks.example.com/hello'    a webhook; it needs CENOTE_TRIGGERS_SECRET

An event, here for a function of PreSignUp:

  echo '{"version":"1","triggerSource":"PreSignUp_SignUp","region":"us-east-1","userPoolId":"us-east-1_Example",
    "userName":"jane","callerContext":{"awsSdkVersion":"none","clientId":"example"},
    "request":{"userAttributes":{"email":"jane@example.com"},"validationData":null},
    "response":{"autoConfirmUser":false,"autoVerifyEmail":false,"autoVerifyPhone":false}}' |
  CENOTE_TRIGGERS='hello=module:./hello.mjs' cenote triggers invoke hello -

The answer goes to standard output; what the function prints, and errors, to standard error. The exit code is 0 when an
operation could use the answer. Otherwise it is 1, and the error is the one that the operation would give. The function is
called once, for five seconds at most; a server calls it up to three times.`,
  )
  .action(async (name, event) => (await import('./cli/triggers.ts')).tryFunction(readConfig(), name, event));

program
  .command('export <pool>')
  .description('all users of a user pool as a CSV file; their passwords sealed with a key of your own')
  .requiredOption('--key-file <file>', 'the key, 32 bytes in base64; made when the file is not there')
  .option('--out <file>', 'where to write (default: standard output)')
  .action(async (pool, options) => (await import('./cli/export.ts')).exportPool(readConfig(), pool, options));

const imports = program
  .command('import')
  .description('users from a CSV file, in the form of Cognito or of "cenote export"')
  .argument('<pool>', 'id of the user pool')
  .argument('<file>', 'the file; - reads standard input')
  .option('--key-file <file>', 'the key that the passwords of an export are sealed with')
  .option('--hashes <algorithm>', 'what the column password_hash holds: BCRYPT, SCRYPT, ARGON2ID or PBKDF2_SHA256')
  .action(async (pool, file, options) =>
    (await import('./cli/import.ts')).importFile(readConfig(), pool, file, options),
  );
imports
  .command('log <job>')
  .description('which rows of an import made no user, and why')
  .action(async job => (await import('./cli/import.ts')).showLog(readConfig(), job));

program
  .command('migrate')
  .description('bring the database up to date without starting a server')
  .action(async () => (await import('./cli/migrate.ts')).migrateDatabase(readConfig()));

program
  .command('settings')
  .description('list every setting with its default')
  .action(async () => (await import('./cli/settings.ts')).printSettings());

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`cenote: ${explain(error)}\n`);
  process.exitCode = 1;
}
