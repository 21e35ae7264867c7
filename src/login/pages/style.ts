/** The style sheet of every page: written with the variables of `theme.ts` and with logical properties, so that it can be mirrored. */

/** One line in the page: what is only there to be read is taken out. */
const compact = (css: string): string =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{}:;,>]) ?/g, '$1')
    .replaceAll(';}', '}')
    .trim();

export const styleSheet = compact(`
*, ::before, ::after { box-sizing: border-box }
html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100% }
body {
  margin: 0; min-block-size: 100vh; min-block-size: 100dvh; display: flex; flex-direction: column;
  background: var(--pageBackground-color) var(--page-image, none) center / cover no-repeat; color: var(--pageText-bodyColor);
}
main {
  flex: 1; display: flex; flex-direction: column; gap: 1.5rem; padding: calc(2rem * var(--space)) clamp(1rem, 5vw, 4rem);
  align-items: var(--form-inline); justify-content: var(--form-block);
}
.card {
  inline-size: 100%; max-inline-size: 26rem; padding: calc(2rem * var(--space)) 2rem;
  background: var(--form-backgroundColor) var(--form-image, none) center / cover no-repeat; color: var(--pageText-bodyColor);
  border: 1px solid var(--form-borderColor); border-radius: var(--form-borderRadius);
}
.bar { display: flex; min-block-size: 4rem; padding: .75rem clamp(1rem, 5vw, 4rem); align-items: center; border: 0 solid }
.top {
  justify-content: var(--header-place); border-block-end-width: 1px; border-color: var(--pageHeader-borderColor);
  background: var(--pageHeader-background-color) var(--header-image, none) center / cover no-repeat;
}
.bottom {
  justify-content: var(--footer-place); border-block-start-width: 1px; border-color: var(--pageFooter-borderColor);
  background: var(--pageFooter-background-color) var(--footer-image, none) center / cover no-repeat;
}
.bar-logo { display: block; max-inline-size: 100%; max-block-size: 2.5rem }
.logo { display: flex; justify-content: var(--logo-place); inline-size: 100%; max-inline-size: 26rem; margin-block-end: calc(1.5rem * var(--space)) }
.logo img { display: block; max-inline-size: 100%; max-block-size: 6rem }
.logo.outside { margin: 0 }
form ~ .logo, .links ~ .logo { margin-block: calc(1.5rem * var(--space)) 0 }
.graphic img { display: block; margin: 0 auto 1rem; max-inline-size: 100%; max-block-size: 8rem }
.banner { margin: calc(-2rem * var(--space)) -2rem 1.5rem; padding: 1.5rem 2rem; text-align: center; border-radius: var(--form-borderRadius) var(--form-borderRadius) 0 0 }
.banner img { max-inline-size: 100%; max-block-size: 11rem; vertical-align: middle }
.languages { inline-size: 100%; max-inline-size: 26rem; font-size: .875rem }
.languages summary { display: flex; justify-content: center; align-items: center; gap: .5rem; margin: 0 }
.languages summary, .languages a { color: inherit }
.languages svg { inline-size: 1rem; fill: none; stroke: currentcolor }
.languages ul { display: flex; flex-wrap: wrap; justify-content: center; gap: .25rem 1rem; margin: .75rem 0 0; padding: 0; list-style: none }
.languages [aria-current] { font-weight: 600; text-decoration: none }
h1, h2 { margin: 0 0 1.25rem; color: var(--pageText-headingColor); line-height: 1.25; overflow-wrap: anywhere }
h1 { font-size: 1.5rem }
h2 { font-size: 1.125rem }
p { margin: 0 0 1rem; overflow-wrap: anywhere }
.lead { color: var(--pageText-descriptionColor); margin-block: -.75rem 1.5rem }
form { margin: 0 }
form + form, form + .or { margin-block-start: .75rem }
.field { margin-block-end: calc(1.25rem * var(--space)) }
label, legend { display: block; padding: 0; font-weight: 600; color: var(--inputLabel-textColor) }
fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; min-inline-size: 0 }
input { font: inherit }
.input {
  display: block; inline-size: 100%; margin-block-start: .25rem; padding: .625rem .75rem;
  color: var(--inputLabel-textColor); background-color: var(--input-defaults-backgroundColor);
  border: 1px solid var(--input-defaults-borderColor); border-radius: var(--input-borderRadius);
}
.input::placeholder { color: var(--input-placeholderColor); opacity: 1 }
.input[aria-invalid] { border-color: var(--statusIndicator-error-borderColor) }
.code { font-size: 1.25rem; letter-spacing: .2em; font-variant-numeric: tabular-nums }
.hint { margin: .25rem 0 0; font-size: .875rem; color: var(--inputDescription-textColor) }
.error { margin: .25rem 0 0; font-size: .875rem; font-weight: 600; color: var(--statusIndicator-error-borderColor) }
.option { display: flex; gap: .625rem; align-items: flex-start; margin-block-end: 1.25rem; font-weight: 400 }
.option input {
  flex: none; inline-size: 1.125rem; block-size: 1.125rem; margin: .2rem 0 0;
  accent-color: var(--optionControls-selected-backgroundColor);
}
.btn {
  display: block; inline-size: 100%; padding: .625rem 1rem; font: inherit; font-weight: 600; text-align: center; text-decoration: none;
  border: 1px solid; border-radius: var(--buttons-borderRadius); cursor: pointer; overflow-wrap: anywhere;
}
.btn-primary {
  background-color: var(--primaryButton-defaults-backgroundColor); color: var(--primaryButton-defaults-textColor);
  border-color: var(--primaryButton-defaults-backgroundColor);
}
.btn-primary:hover {
  background-color: var(--primaryButton-hover-backgroundColor); color: var(--primaryButton-hover-textColor);
  border-color: var(--primaryButton-hover-backgroundColor);
}
.btn-primary:active { background-color: var(--primaryButton-active-backgroundColor); color: var(--primaryButton-active-textColor) }
.btn-secondary {
  background-color: var(--secondaryButton-defaults-backgroundColor); color: var(--secondaryButton-defaults-textColor);
  border-color: var(--secondaryButton-defaults-borderColor);
}
.btn-secondary:hover {
  background-color: var(--secondaryButton-hover-backgroundColor); color: var(--secondaryButton-hover-textColor);
  border-color: var(--secondaryButton-hover-borderColor);
}
.btn-secondary:active {
  background-color: var(--secondaryButton-active-backgroundColor); color: var(--secondaryButton-active-textColor);
  border-color: var(--secondaryButton-active-borderColor);
}
.choices { display: grid; gap: calc(.75rem * var(--space)); margin-block-end: 1.25rem }
a.btn { display: grid; align-content: center }
.idp {
  background-color: var(--idpButton-standard-defaults-backgroundColor); color: var(--idpButton-standard-defaults-textColor);
  border-color: var(--idpButton-standard-defaults-borderColor);
}
.idp-icon { inline-size: 1.25rem; block-size: 1.25rem; margin-inline-end: .625rem; vertical-align: -.25rem }
.idp:hover {
  background-color: var(--idpButton-standard-hover-backgroundColor); color: var(--idpButton-standard-hover-textColor);
  border-color: var(--idpButton-standard-hover-borderColor);
}
.idp:active {
  background-color: var(--idpButton-standard-active-backgroundColor); color: var(--idpButton-standard-active-textColor);
  border-color: var(--idpButton-standard-active-borderColor);
}
.or { display: flex; gap: .75rem; align-items: center; margin-block: 1.25rem; font-size: .875rem }
.or::before, .or::after { content: ""; flex: 1; border-block-start: 1px solid var(--divider-borderColor) }
a, .link { color: var(--link-defaults-textColor); text-underline-offset: .15em }
a:hover, .link:hover { color: var(--link-hover-textColor) }
.link { padding: 0; font: inherit; background: none; border: 0; text-decoration: underline; cursor: pointer }
.links { display: grid; gap: .5rem; margin-block-start: 1.5rem; font-size: .9375rem }
.links p, .links form { margin: 0 }
.aside { margin: -.75rem 0 1.25rem; font-size: .9375rem }
:focus-visible { outline: 2px solid var(--focusState-borderColor); outline-offset: 2px }
.alert, .notice { margin-block-end: 1.25rem; padding: .75rem 1rem; border: 1px solid; border-radius: var(--alert-borderRadius) }
.alert p, .notice p { margin: 0 }
.alert { background-color: var(--alert-error-backgroundColor); border-color: var(--alert-error-borderColor) }
.alert, .notice { color: var(--pageText-headingColor) }
.notice {
  background-color: var(--statusIndicator-success-backgroundColor); border-color: var(--statusIndicator-success-borderColor);
}
.rules { margin: -.5rem 0 0; padding-inline-start: 1.25rem; font-size: .875rem; color: var(--inputDescription-textColor) }
.qr { margin: 0 auto 1rem; inline-size: 12.5rem; padding: .75rem; background: #fff; border-radius: .5rem }
.qr svg { display: block; inline-size: 100%; block-size: auto }
code { font: 1rem/1.6 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; user-select: all }
.rows { margin: 0 0 1.25rem; padding: 0; list-style: none }
.rows li, section { padding-block: .75rem; border-block-start: 1px solid var(--divider-borderColor) }
.rows p { margin: 0 }
.rows form { margin-block-start: .25rem }
.what { font-weight: 600 }
section form { margin-block-end: .75rem }
summary { margin-block-end: 1.25rem; cursor: pointer; color: var(--link-defaults-textColor) }
dl { margin: 0 0 1.25rem }
dt { font-weight: 600; color: var(--inputLabel-textColor) }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere }
[hidden] { display: none }
@media (max-width: 30rem) {
  main { gap: 0; padding: 0; align-items: stretch }
  .card { flex: 1; max-inline-size: none; padding: calc(2rem * var(--space)) 1.25rem; border: 0; border-radius: 0 }
  .logo, .languages { max-inline-size: none }
  .outside, .languages { padding: 1.25rem }
  .banner { margin-inline: -1.25rem; border-radius: 0 }
}
@media (prefers-reduced-motion: no-preference) { .btn { transition: background-color .12s, border-color .12s } }
@media (forced-colors: active) { .btn { border-color: ButtonText } }
`);
