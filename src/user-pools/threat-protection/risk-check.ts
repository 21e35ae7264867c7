/** What a risk configuration must not say: pure. */
import { isIP } from 'node:net';
import type {
  AccountTakeoverRiskConfigurationType,
  NotifyConfigurationType,
  RiskExceptionConfigurationType,
} from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from '../../contract/errors.ts';
import type { RiskConfig } from '../../storage/risk-configurations.ts';

const allEvents = ['SIGN_IN', 'PASSWORD_CHANGE', 'SIGN_UP'] as const;

/** An address with the length of its prefix, IPv4 or IPv6. */
const isCidr = (text: string): boolean => {
  const [, address = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const longest = { 4: 32, 6: 128 }[isIP(address)];
  return longest !== undefined && Number(length) <= longest;
};

const checkExceptions = ({ BlockedIPRangeList = [], SkippedIPRangeList = [] }: RiskExceptionConfigurationType) => {
  const invalid = [...BlockedIPRangeList, ...SkippedIPRangeList].find(range => !isCidr(range));
  if (invalid !== undefined) throw invalidParameter(`${invalid} is not a valid IP range in CIDR notation.`);
};

const checkNotify = ({ SourceArn = '', BlockEmail, NoActionEmail, MfaEmail }: NotifyConfigurationType) => {
  if (!/^arn:[\w-]+:ses:/.test(SourceArn)) throw invalidParameter(`${SourceArn} is not the ARN of an SES identity.`);
  for (const [name, email] of Object.entries({ BlockEmail, NoActionEmail, MfaEmail })) {
    if (email !== undefined && email.HtmlBody === undefined && email.TextBody === undefined)
      throw invalidParameter(`${name} must have an HtmlBody or a TextBody.`);
  }
};

const checkTakeover = ({ Actions, NotifyConfiguration }: AccountTakeoverRiskConfigurationType) => {
  const { LowAction, MediumAction, HighAction } = Actions ?? {};
  const actions = [LowAction, MediumAction, HighAction].filter(action => action !== undefined);
  if (actions.length === 0) throw invalidParameter('AccountTakeoverRiskConfiguration must have an action.');
  if (NotifyConfiguration !== undefined) checkNotify(NotifyConfiguration);
  else if (actions.some(({ Notify }) => Notify))
    throw invalidParameter('NotifyConfiguration is required to notify users.');
};

/**
 * The configuration as it is kept: compromised credentials are looked for in every kind of event unless it names some.
 * @throws InvalidParameterException
 */
export const riskConfigOf = (given: RiskConfig): RiskConfig => {
  const { CompromisedCredentialsRiskConfiguration: compromised, RiskExceptionConfiguration: exceptions } = given;
  if (given.AccountTakeoverRiskConfiguration) checkTakeover(given.AccountTakeoverRiskConfiguration);
  if (exceptions) checkExceptions(exceptions);
  const EventFilter = compromised?.EventFilter?.length ? compromised.EventFilter : [...allEvents];
  return {
    CompromisedCredentialsRiskConfiguration: compromised && { ...compromised, EventFilter },
    AccountTakeoverRiskConfiguration: given.AccountTakeoverRiskConfiguration,
    RiskExceptionConfiguration: exceptions,
  };
};
