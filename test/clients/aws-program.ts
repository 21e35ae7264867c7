/** Where the AWS CLI is on this machine. Version 1 or 2, whichever comes first. */
import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** `CENOTE_TEST_AWS` names one; else Debian's, else the first on the path. */
const candidates = [
  process.env.CENOTE_TEST_AWS ?? '/usr/bin/aws',
  ...(process.env.PATH ?? '').split(delimiter).map(directory => join(directory, 'aws')),
];
export const aws = candidates.find(isExecutable);
const absent =
  aws === undefined && process.env.CI === undefined ? 'no AWS CLI on this machine (Debian: awscli)' : false;
assert.ok(aws || absent, 'the AWS CLI must be there in continuous integration: apt-get install awscli');

/** As `describe`; skipped where there is no AWS CLI. */
export const awsSuite = (name: string, tests: () => void) =>
  absent ? it(name, { skip: absent }) : describe(name, tests);
