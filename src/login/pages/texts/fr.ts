/** The texts of the pages in French. */

import type { Texts } from './en.ts';
import { frAccount } from './fr-account.ts';

export const fr: Texts = {
  // Sign-in
  'signIn.title': 'Se connecter',
  'signIn.lead': 'Connectez-vous à votre compte',
  'signIn.submit': 'Se connecter',
  'signIn.next': 'Suivant',
  'signIn.forgot': 'Mot de passe oublié ?',
  'signIn.new': 'Nouveau ici ?',
  'signIn.signUp': 'Créer un compte',
  'signIn.again': 'Retour à la connexion',
  'signIn.with': 'Continuer avec {provider}',
  'signIn.or': 'ou',
  'signIn.passkey': 'Se connecter avec une clé d’accès',
  'signIn.closed': 'Personne ne peut se connecter ici avec cette application. Contactez son administrateur.',
  'session.title': 'Heureux de vous revoir',
  'session.continue': 'Se connecter en tant que {name}',
  'session.switch': 'Se connecter avec un autre compte',

  // Fields
  'field.username': 'Nom d’utilisateur',
  'field.email': 'Adresse e-mail',
  'field.phone': 'Numéro de téléphone',
  'field.usernameOrEmail': 'Nom d’utilisateur ou adresse e-mail',
  'field.usernameOrPhone': 'Nom d’utilisateur ou numéro de téléphone',
  'field.usernameEmailOrPhone': 'Nom d’utilisateur, adresse e-mail ou numéro de téléphone',
  'field.emailOrPhone': 'Adresse e-mail ou numéro de téléphone',
  'field.phoneHint': 'Avec le signe plus et l’indicatif du pays, par exemple +12065550100',
  'field.password': 'Mot de passe',
  'field.newPassword': 'Nouveau mot de passe',
  'field.confirmPassword': 'Confirmer le nouveau mot de passe',
  'field.code': 'Code',
  'field.answer': 'Votre réponse',
  'field.optional': '{label} (facultatif)',

  // Choice of a first factor
  'choose.title': 'Comment souhaitez-vous vous connecter ?',
  'choose.lead': 'Connexion en tant que {name}',
  'choose.PASSWORD': 'Se connecter avec votre mot de passe',
  'choose.EMAIL_OTP': 'Recevoir un code par e-mail',
  'choose.SMS_OTP': 'Recevoir un code par SMS',
  'choose.WEB_AUTHN': 'Se connecter avec une clé d’accès',
  'choose.other': 'Se connecter autrement',

  // Password
  'password.title': 'Saisissez votre mot de passe',
  'newPassword.title': 'Modifiez votre mot de passe',
  'newPassword.lead': 'Choisissez votre propre mot de passe avant de continuer.',
  'newPassword.submit': 'Enregistrer et continuer',

  // Codes
  'code.title': 'Saisissez votre code',
  'code.sentEmail': 'Nous avons envoyé un code par e-mail à {destination}.',
  'code.sentSms': 'Nous avons envoyé un code par SMS au {destination}.',
  'code.app': 'Saisissez le code affiché par votre application d’authentification.',
  'code.appNamed': 'Saisissez le code affiché par votre application d’authentification « {device} ».',
  'code.submit': 'Continuer',
  'code.remember': 'Mémoriser cet appareil',
  'code.rememberHint': 'La prochaine fois, aucun code ne vous sera demandé sur cet appareil.',

  // Choice and set-up of a second factor
  'selectMfa.title': 'Confirmez votre identité',
  'selectMfa.lead': 'Choisissez comment vous souhaitez recevoir un code.',
  'selectMfa.SMS_MFA': 'Recevoir un code par SMS',
  'selectMfa.EMAIL_OTP': 'Recevoir un code par e-mail',
  'selectMfa.SOFTWARE_TOKEN_MFA': 'Utiliser votre application d’authentification',
  'setup.title': 'Configurer un second facteur',
  'setup.lead': 'Votre compte exige une preuve d’identité supplémentaire.',
  'setup.SOFTWARE_TOKEN_MFA': 'Utiliser une application d’authentification',
  'setup.EMAIL_OTP': 'Utiliser des codes par e-mail',
  'setup.onlyAdmin': 'Aucun second facteur ne peut être configuré ici. Contactez votre administrateur.',
  'totp.title': 'Configurer votre application d’authentification',
  'totp.scan': 'Scannez cette image avec votre application d’authentification ou saisissez-y la clé.',
  'totp.picture': 'Code QR pour votre application d’authentification',
  'totp.key': 'Clé',
  'totp.code': 'Code affiché par l’application',
  'totp.name': 'Nom de l’application ou de l’appareil',
  'totp.submit': 'Continuer',
  'setupEmail.title': 'Configurer les codes par e-mail',
  'setupEmail.submit': 'Envoyer un code',

  // Passkeys
  'passkey.title': 'Se connecter avec une clé d’accès',
  'passkey.lead':
    'Votre navigateur vous demandera votre empreinte digitale, votre visage, le verrouillage de l’écran ou votre clé de sécurité.',
  'passkey.submit': 'Utiliser une clé d’accès',
  'passkey.needsScript': 'Les clés d’accès nécessitent JavaScript et un navigateur qui les prend en charge.',
  'passkey.failed': 'La clé d’accès n’a pas pu être utilisée. Réessayez.',
  'addPasskey.title': 'Ajouter une clé d’accès',
  'addPasskey.lead':
    'La prochaine fois, connectez-vous avec votre empreinte digitale, votre visage, le verrouillage de l’écran ou votre clé de sécurité au lieu d’un mot de passe.',
  'addPasskey.submit': 'Créer une clé d’accès',
  'addPasskey.later': 'Pas maintenant',
  'addPasskey.exists': 'Cet appareil possède déjà une clé d’accès pour votre compte.',
  'addPasskey.tooMany': 'Votre compte a atteint le nombre maximal de clés d’accès.',
  'addPasskey.unavailable': 'Les clés d’accès ne peuvent pas être utilisées avec cette application.',

  // Custom challenge
  'custom.title': 'Encore une étape',
  'custom.lead': 'Répondez à la question pour continuer.',
  'custom.submit': 'Continuer',

  // Sign-up
  'signUp.title': 'Créer un compte',
  'signUp.submit': 'S’inscrire',
  'signUp.have': 'Vous avez déjà un compte ?',
  'signUp.signIn': 'Se connecter',
  'signUp.terms': 'En créant un compte, vous acceptez les {terms}.',
  'signUp.termsAndPrivacy': 'En créant un compte, vous acceptez les {terms} et la {privacy}.',
  'signUp.privacy': 'En créant un compte, vous acceptez la {privacy}.',
  'terms.terms': 'conditions d’utilisation',
  'terms.privacy': 'politique de confidentialité',
  'passwordRules.length': 'Au moins {count} caractères',
  'passwordRules.lowercase': 'Une lettre minuscule',
  'passwordRules.uppercase': 'Une lettre majuscule',
  'passwordRules.number': 'Un chiffre',
  'passwordRules.symbol': 'Un caractère spécial',
  'confirm.title': 'Confirmez votre compte',
  'confirm.lead': 'Saisissez le code que nous vous avons envoyé.',
  'confirm.sent': 'Saisissez le code que nous avons envoyé à {destination}.',
  'confirm.submit': 'Confirmer le compte',
  'confirm.resend': 'Envoyer un nouveau code',
  'confirm.resent': 'Nous avons envoyé un nouveau code à {destination}.',
  'confirm.none': 'Vous n’avez pas reçu de code ?',
  'confirm.pending':
    'Votre compte a été créé. Un administrateur doit le confirmer avant que vous puissiez vous connecter.',
  'confirm.done': 'Votre compte est confirmé. Vous pouvez maintenant vous connecter.',

  // Forgotten password
  'forgot.title': 'Mot de passe oublié ?',
  'forgot.lead': 'Saisissez votre nom et nous vous enverrons un code pour définir un nouveau mot de passe.',
  'forgot.submit': 'Réinitialiser mon mot de passe',
  'reset.title': 'Définir un nouveau mot de passe',
  'reset.submit': 'Modifier le mot de passe',
  'reset.done': 'Votre mot de passe a été modifié. Vous pouvez maintenant vous connecter.',

  // The link of a verification email
  'link.done': 'Votre compte est confirmé',
  'link.doneLead': 'Vous pouvez fermer cette page et vous connecter.',
  'link.incomplete': 'Ce lien est incomplet',
  'link.incompleteLead': 'Ouvrez le lien tel qu’il figure dans le message, du début à la fin.',
  'link.used': 'Ce lien n’est plus valide',
  'link.usedLead':
    'Il a déjà été utilisé ou il a expiré. Si vous avez déjà confirmé votre compte, connectez-vous ; sinon, demandez un nouveau message.',
  'link.wrong': 'Ce lien n’est pas valide',
  'link.wrongLead':
    'Un message plus récent l’a peut-être remplacé : ouvrez le lien du message le plus récent ou demandez-en un autre.',
  'link.failed': 'Votre compte n’a pas pu être confirmé',

  // Sign-in of a device without a browser
  'device.title': 'Connecter un appareil',
  'device.lead': 'Saisissez le code affiché par votre appareil.',
  'device.code': 'Code de l’appareil',
  'device.next': 'Suivant',
  'device.ask': 'Autoriser « {client} » à se connecter en tant que {name} ?',
  'device.warning':
    'Ne continuez que si vous êtes à l’origine de cette demande et que votre appareil affiche le code {code}.',
  'device.allow': 'Autoriser',
  'device.deny': 'Refuser',
  'device.allowed': 'C’est fait. Vous pouvez revenir à votre appareil.',
  'device.denied': 'L’appareil n’a pas été connecté.',
  'device.wrong': 'Ce code est inconnu ou a expiré.',

  // Errors of a page as a whole
  'error.title': 'Une erreur s’est produite',
  'error.page': 'Une erreur s’est produite sur la page demandée.',
  'error.back': 'Réessayer',
  'error.notFound': 'Cette page n’existe pas.',
  'error.csrfTitle': 'Veuillez réessayer',
  'error.csrf':
    'Ce formulaire est resté ouvert trop longtemps, ou votre navigateur n’enregistre pas les cookies de ce site.',
  'error.prefix': 'Erreur : {title}',

  // Refusals
  'refused.credentials': 'Nom d’utilisateur ou mot de passe incorrect.',
  'refused.session': 'Cela a pris trop de temps. Connectez-vous à nouveau.',
  'refused.code': 'Ce code est incorrect. Réessayez.',
  'refused.expiredCode': 'Ce code n’est plus valide. Demandez-en un nouveau.',
  'refused.usedCode': 'Ce code a déjà été utilisé. Attendez le suivant.',
  'refused.attempts': 'Trop de tentatives. Réessayez plus tard.',
  'refused.disabled': 'Votre compte a été désactivé.',
  'refused.unconfirmed': 'Votre compte n’est pas encore confirmé.',
  'refused.reset': 'Votre mot de passe doit être réinitialisé. Demandez un code pour en définir un nouveau.',
  'refused.temporary': 'Votre mot de passe temporaire a expiré. Demandez-en un nouveau à votre administrateur.',
  'refused.unknown': 'Cet utilisateur n’existe pas.',
  'refused.taken': 'Un compte portant ce nom existe déjà.',
  'refused.takenEmail': 'Un compte avec cette adresse e-mail existe déjà.',
  'refused.takenPhone': 'Un compte avec ce numéro de téléphone existe déjà.',
  'refused.passwordPolicy': 'Ce mot de passe ne respecte pas les règles. Il manque : {problem}',
  'refused.tooShort': 'Plus de caractères',
  'refused.passwordUsed': 'Vous avez déjà utilisé ce mot de passe. Choisissez-en un autre.',
  'refused.passwordsDiffer': 'Les deux mots de passe ne sont pas identiques.',
  'refused.missing': 'Renseignez ce champ.',
  'refused.email': 'Cette adresse e-mail n’est pas valide.',
  'refused.phone': 'Ce numéro de téléphone n’est pas valide. Il commence par le signe plus et l’indicatif du pays.',
  'refused.secondFactor': 'Vous avez besoin d’un second facteur que vous n’avez pas. Contactez votre administrateur.',
  'refused.recovery': 'Votre mot de passe ne peut pas être réinitialisé ici. Contactez votre administrateur.',
  'refused.delivery': 'Le code n’a pas pu être envoyé. Réessayez plus tard.',
  'refused.internal': 'Une erreur s’est produite de notre côté. Réessayez plus tard.',
  'refused.signUp': 'Il n’est pas possible de créer de nouveaux comptes ici.',

  // Page furniture
  'page.language': 'Langue',

  // Standard attributes
  'attribute.address': 'Adresse',
  'attribute.birthdate': 'Date de naissance',
  'attribute.email': 'Adresse e-mail',
  'attribute.family_name': 'Nom de famille',
  'attribute.gender': 'Sexe',
  'attribute.given_name': 'Prénom',
  'attribute.locale': 'Langue et région',
  'attribute.middle_name': 'Deuxième prénom',
  'attribute.name': 'Nom',
  'attribute.nickname': 'Surnom',
  'attribute.phone_number': 'Numéro de téléphone',
  'attribute.picture': 'Photo (adresse)',
  'attribute.preferred_username': 'Nom d’utilisateur préféré',
  'attribute.profile': 'Profil (adresse)',
  'attribute.updated_at': 'Mis à jour le',
  'attribute.website': 'Site web',
  'attribute.zoneinfo': 'Fuseau horaire',

  ...frAccount,
};
