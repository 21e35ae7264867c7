/** The help of `cenote roles`: what a role is made of, in examples that work. */

export const rolesHelp = `
A role has a trust policy, which says who may take it, and permission policies, which say what whoever has taken it may do.
Temporary credentials (GetCredentialsForIdentity, AssumeRole, AssumeRoleWithWebIdentity) act for a role. Policies are asked at
each request: a change takes effect within a second, for credentials that are out already as well.

Examples:
  cenote roles create app-user --for-identity-pool us-east-1:1a2b… --policy user.json
  cenote roles create app-guest --for-identity-pool us-east-1:1a2b… --guests --policy guest.json
  cenote roles create deploy --trust trust.json --max-session 7200
  cenote roles put-policy deploy pools pools.json
  cenote roles show deploy

--for-identity-pool writes this trust policy; with --guests the last line says "unauthenticated":

  {
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Principal": { "Federated": "cognito-identity.amazonaws.com" },
      "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
      "Condition": {
        "StringEquals": { "cognito-identity.amazonaws.com:aud": "us-east-1:1a2b…" },
        "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" }
      }
    }]
  }

A trust policy for an access key, which AssumeRole then takes the role with:

  {
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::000000000000:user/ci" },
      "Action": "sts:AssumeRole"
    }]
  }

A permission policy that gives each identity a folder of its own:

  {
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:PutObject"],
      "Resource": "arn:aws:s3:::files/\${cognito-identity.amazonaws.com:sub}/*"
    }]
  }

A file named - is standard input.`;
