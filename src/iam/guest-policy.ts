/**
 * What Cognito allows guests of identity pools at most, whatever their role allows: the session policy of the enhanced flow, which
 * is the union of an inline policy and of AmazonCognitoUnAuthedIdentitiesSessionPolicy. Neither allows what concerns roles,
 * keys or policies (iam, sts), nor a list of services that the guide does not name.
 */

const inline =
  'cloudwatch logs dynamodb kinesis mobileanalytics s3 ses sns sqs lambda machinelearning execute-api iot gamelift cognito-identity cognito-idp lex cognito-sync codewhisperer sdb';
const both = 'polly comprehend translate transcribe rekognition mobiletargeting firehose appsync personalize';

const guestActions = [
  ...`${inline} ${both}`.split(' ').map(service => `${service}:*`),
  ...['rum:PutRumEvents', 'sagemaker:InvokeEndpoint', 'sumerian:View*'],
  ...['textract:DetectDocumentText', 'textract:AnalyzeDocument'],
  ...['GetMap*', 'SearchPlaceIndex*', 'GetPlace', 'CalculateRoute*', '*Geofence', '*Geofences', '*DevicePosition*'].map(
    name => `geo:${name}`,
  ),
  ...['Encrypt', 'Decrypt', 'ReEncryptTo', 'ReEncryptFrom', 'GenerateDataKey', 'GenerateDataKeyPair'].map(
    name => `kms:${name}`,
  ),
  ...['kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext'],
];

/** A JSON document, for `sessionPolicy` of the credentials that a guest receives. */
export const guestSessionPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: guestActions, Resource: '*' }],
});

/** "Amazon Cognito also prevents authenticated and unauthenticated users from making API requests to identity pools and Cognito Sync." */
export const noIdentityPools = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', NotAction: ['cognito-identity:*', 'cognito-sync:*'], Resource: '*' }],
});
