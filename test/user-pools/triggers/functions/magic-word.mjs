// Functions as people write them for custom authentication: the password first if it came along, then a word; three tries.
export const define = async event => {
  const { session } = event.request;
  const last = session.at(-1);
  const wrong = session.filter(each => each.challengeName === 'CUSTOM_CHALLENGE' && !each.challengeResult).length;
  const response = { issueTokens: false, failAuthentication: false };
  if (last?.challengeName === 'SRP_A') response.challengeName = 'PASSWORD_VERIFIER';
  else if (last?.challengeName === 'CUSTOM_CHALLENGE' && last.challengeResult) response.issueTokens = true;
  else if (wrong >= 3) response.failAuthentication = true;
  else response.challengeName = 'CUSTOM_CHALLENGE';
  return { ...event, response };
};

export const create = async event => {
  const asked = event.request.session.filter(each => each.challengeName === 'CUSTOM_CHALLENGE').length;
  const response = {
    publicChallengeParameters: { hint: `word ${asked}` },
    privateChallengeParameters: { word: `magic-${event.userName}` },
    challengeMetadata: `ASKED_${asked}`,
  };
  return { ...event, response };
};

export const verify = async event => {
  const { privateChallengeParameters, challengeAnswer, clientMetadata } = event.request;
  const isRight = challengeAnswer === privateChallengeParameters.word || clientMetadata?.sesame === 'open';
  return { ...event, response: { answerCorrect: isRight && !event.request.userNotFound } };
};

/** In the older style, with a callback. */
export const defineByCallback = (event, _context, callback) => {
  define(event).then(result => callback(null, result));
};
export const defineTokensAtOnce = async event => ({ ...event, response: { issueTokens: true } });
export const defineThrows = async () => {
  throw new Error('no entry');
};
export const defineHangs = () => new Promise(() => {});
export const defineBlocks = () => {
  for (;;);
};
export const defineExits = () => process.exit(7);
export const defineEats = async () => {
  const hoard = [];
  for (;;) hoard.push(new Array(1e6).fill(hoard.length));
};
export const defineGarbage = async () => 'tokens, please';
export const defineNothing = async () => undefined;
export const defineWrongType = async event => ({ ...event, response: { issueTokens: 'yes' } });
export const definePolluting = async () =>
  JSON.parse('{"response":{"__proto__":{"issueTokens":true},"constructor":{"prototype":{"issueTokens":true}}}}');
export const defineHuge = async event => ({
  ...event,
  response: { issueTokens: true },
  ballast: 'x'.repeat(2_000_000),
});
export const defineForbidden = async event => ({ ...event, response: { challengeName: 'NEW_PASSWORD_REQUIRED' } });
