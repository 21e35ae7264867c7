/** The conventions that a compiler does not check, as pure functions over source text; `ladder.test.ts` applies them to the project. */

/**
 * Who may import whom, in one ordered list: a folder (or a file directly in `src/`) imports from itself and from what
 * stands before it.
 */
export const ladder = [
  'lib',
  'contract',
  'storage',
  'iam',
  'wire',
  'sts',
  'user-pools/call',
  'user-pools/attributes',
  'user-pools/triggers',
  'user-pools/messaging',
  'user-pools/tokens',
  'user-pools/doors',
  'user-pools/pools',
  'user-pools/limits',
  'user-pools/clients',
  'user-pools/factors',
  'user-pools/threat-protection',
  'user-pools/users',
  'user-pools/federation',
  'user-pools/sign-in',
  'user-pools/sessions',
  'identity-pools',
  'login',
  'api',
  'config',
  'foundation',
  'app',
  'cli',
  'main',
] as const;

const longestFile = 300;

/** The rung of a file, `user-pools/users/admin.ts` → `user-pools/users`; undefined when the list does not know it. */
export const rungOf = (file: string): (typeof ladder)[number] | undefined =>
  ladder.find(rung => file === `${rung}.ts` || file.startsWith(`${rung}/`));

/** The text without its comments. Strings stay, so that an address in one does not look like a comment. */
export const withoutComments = (source: string): string =>
  source.replace(
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/.*/g,
    (_, text = '') => text,
  );

/** What a module refers to: imports, also of types, re-exports, dynamic imports and the files of worker threads. */
export const referencesIn = (source: string): string[] =>
  [
    ...withoutComments(source).matchAll(
      /\b(?:(?:from|import)\s*|import\s*\(\s*|new\s+URL\s*\(\s*)(['"`])([^'"`\n]+)\1/g,
    ),
  ].map(match => match[2] as string);

/** A file of `src/` and what it refers to, as a path in `src/`; undefined for packages and for what lies outside. */
export const targetOf = (file: string, reference: string): string | undefined => {
  if (!reference.startsWith('.')) return undefined;
  const { pathname } = new URL(reference, `file:///src/${file}`);
  return pathname.startsWith('/src/') ? pathname.slice('/src/'.length) : undefined;
};

type Rule = (file: string, source: string) => string[];

const directions: Rule = (file, source) => {
  const own = rungOf(file);
  if (own === undefined) return ['stands on no rung of the ladder'];
  return referencesIn(source).flatMap(reference => {
    if (!reference.startsWith('.')) return [];
    const target = targetOf(file, reference);
    if (target === undefined) return [`refers to ${reference}, outside src/`];
    // Data and worker files of the same folder may lack an extension here; the rung decides.
    const rung = rungOf(target) ?? ladder.find(each => target === each);
    if (rung === undefined) return [`refers to ${reference}, which stands on no rung`];
    return ladder.indexOf(rung) > ladder.indexOf(own) ? [`imports ${target}: ${rung} comes after ${own}`] : [];
  });
};

/** A name that is only known at run time cannot be checked here. */
/** Loads what the operator names: functions behind triggers. */
const loadsGuests = ['user-pools/triggers/module-function-worker.ts'];

const knownNames: Rule = (file, source) => {
  if (loadsGuests.includes(file)) return [];
  const code = withoutComments(source).replace(/(['"`])(?:\\.|(?!\1)[^\\])*\1/g, '$1$1');
  return /\bimport\s*\(\s*(?!(['"])\1\s*[),])/.test(code) ? ['imports a module by a computed name'] : [];
};

type Forbidden = { what: string; found: RegExp; allowedIn(file: string): boolean };
const inLib = (file: string) => file.startsWith('lib/');
const forbidden: Forbidden[] = [
  {
    what: 'process.env',
    found: /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*\[|\benv\b[^;{}]*\}\s*=\s*process\b|['"](?:node:)?process['"]/,
    allowedIn: file => file === 'config.ts',
  },
  { what: 'Date.now', found: /\bDate\s*\.\s*now\b/, allowedIn: inLib },
  { what: 'new Date()', found: /\bnew\s+Date\b\s*(?:\(\s*\)|(?![\s(]))/, allowedIn: inLib },
  { what: 'Math.random', found: /\bMath\s*\.\s*random\b/, allowedIn: inLib },
];

const surroundings: Rule = (file, source) => {
  const code = withoutComments(source);
  return forbidden
    .filter(({ found, allowedIn }) => found.test(code) && !allowedIn(file))
    .map(({ what }) => `uses ${what}`);
};

const length: Rule = (_, source) => {
  const lines = source.trimEnd().split('\n').length;
  return lines > longestFile ? [`has ${lines} lines; a rule in it wants a name of its own`] : [];
};

/** A comment whose first words are a sentence that says what the file is for. */
const opening: Rule = (_, source) =>
  /^(?:\/\*\*\s+(?:\*\s+)?|\/\/ )\S+(?:\s+\S+){2,}?[.:]/.test(source)
    ? []
    : ['does not open with a sentence that says what it is for'];

const rules: Rule[] = [directions, knownNames, surroundings, length, opening];

/** What is wrong with a file of `src/`, each a line that names the file. */
export const problemsOf = (file: string, source: string): string[] =>
  rules.flatMap(rule => rule(file, source)).map(problem => `${file} ${problem}`);

/** The name of the package that a reference means; undefined for files and for what comes with Node. */
export const packageOf = (reference: string): string | undefined => {
  if (!/^@?\w[\w./-]*$/.test(reference)) return undefined;
  const [scope = '', name] = reference.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
};

/** The packages that are needed at run time: those imported for more than their types. */
export const packagesIn = (source: string): string[] => {
  const values = withoutComments(source).replace(/\b(?:import|export)\s+type\b[^;]*?\bfrom\s*(['"])[^'"\n]+\1/g, '');
  return referencesIn(values).flatMap(reference => packageOf(reference) ?? []);
};

/** Whether a text names a directory of somebody's machine: a home directory, or one of `here`. */
export const namesMachine = (text: string, here: readonly string[]): boolean =>
  /(?<![\w.-])(?:\/home\/|\/Users\/|[A-Z]:\\Users\\)\w/.test(text) || here.some(path => text.includes(path));

type Lock = { packages: Record<string, { resolved?: string }> };

/** The packages of a lock file that say where they were fetched from: a registry is everybody's own choice. */
export const fetchedFrom = ({ packages }: Lock): string[] =>
  Object.keys(packages).filter(name => packages[name]?.resolved !== undefined);
