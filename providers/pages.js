// What people see at the providers. Plain pages without scripts, and each says that it is a demonstration.

const STYLE = `
:root { color-scheme: light dark; --ground: #f5f6f4; --surface: #fff; --ink: #16211d; --muted: #52605a; --line: #7a8781; --brand: #0a6552; --on: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #101613; --surface: #19211e; --ink: #e9efec; --muted: #a6b2ac; --line: #75847d; --brand: #55c7a9; --on: #101613; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px; max-width: 448px; background: var(--ground); color: var(--ink); font: 400 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 8px; }
p { margin: 0 0 16px; }
a { color: var(--brand); }
.muted { color: var(--muted); font-size: 13px; }
ul { list-style: none; margin: 0 0 24px; padding: 0; }
li { margin: 0 0 8px; }
label { display: block; margin: 0 0 8px; }
input[type=email] { display: block; width: 100%; min-height: 44px; padding: 8px 12px; margin: 4px 0 8px; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; }
button { min-height: 44px; padding: 8px 16px; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
li button { width: 100%; text-align: start; overflow-wrap: anywhere; }
button.main { background: var(--brand); border-color: var(--brand); color: var(--on); font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: 8px; }
fieldset { border: 0; margin: 0 0 24px; padding: 0; }
legend { padding: 0; margin: 0 0 8px; font-weight: 600; }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
`;

const escaped = (text) =>
  String(text).replace(/[&<>"']/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[sign]);

function page(title, body) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${escaped(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

const DEMONSTRATION = `<p class="muted">A demonstration: this page belongs to Callgate's demo, and nobody is asked for a password.</p>`;

/** Which login it shall be. `logins` are addresses with a word about each. */
export function choose(name, action, logins, { hint = "", complaint = "", consent = false } = {}) {
  const rows = Object.entries(logins).map(
    ([email, word]) =>
      `<li><button name="login" value="${escaped(email)}" formnovalidate>${escaped(email)}</button>${word && ` <span class="muted">${escaped(word)}</span>`}`,
  );
  return page(
    `${name} (demonstration)`,
    `<h1>${escaped(name)}</h1>${DEMONSTRATION}
<form method="post" action="${escaped(action)}">
${complaint && `<p role="alert">${escaped(complaint)}</p>`}
<label>E-mail address<input type="email" name="typed" value="${escaped(hint)}" autocomplete="off"></label>
<p><button class="main" name="login" value="">Continue</button></p>
<h2 class="muted">Or choose a login</h2><ul>${rows.join("")}</ul>
<fieldset><legend>What happens besides</legend>
<label><input type="checkbox" name="mfa"> A second proof is given here</label>
<label><input type="checkbox" name="coop"> This window forgets who opened it</label></fieldset>
<p class="row"><button name="cancel" value="access_denied" formnovalidate>Cancel</button>
${consent ? `<button name="cancel" value="consent_required" formnovalidate>No administrator has agreed</button>` : ""}</p>
</form>`,
  );
}

/** Served with a header that takes the window from whoever opened it. */
export function forgotten(name, onward) {
  return page(
    `${name} (demonstration)`,
    `<h1>${escaped(name)}</h1>${DEMONSTRATION}<p>This window has forgotten who opened it.</p><p><a href="${escaped(onward)}">Continue</a></p>`,
  );
}

/** Whether to sign out; the form is the provider's own. */
export function signOut(name, form) {
  return page(
    `${name} (demonstration)`,
    `<h1>Sign out of ${escaped(name)}?</h1>${DEMONSTRATION}${form}
<p class="row"><button class="main" form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button form="op.logoutForm">Stay signed in</button></p>`,
  );
}

export function failed(name, { error, error_description: description = "" }) {
  return page(
    `${name} (demonstration)`,
    `<h1>${escaped(name)} cannot go on</h1>${DEMONSTRATION}<p role="alert"><code>${escaped(error)}</code> ${escaped(description)}</p>`,
  );
}

/** What there is and how it behaves now, with buttons that change that. */
export function overview(providers, modes) {
  const parts = providers.map(
    ({ kind, name, issuer, mode }) => `<h2>${escaped(name)}</h2><p class="muted"><code>${escaped(issuer)}</code></p>
<form method="post" action="/"><input type="hidden" name="provider" value="${kind}"><p class="row">${modes
      .map((one) => `<button name="mode" value="${one}"${one === mode ? ' class="main" aria-pressed="true"' : ""}>${one.replace("_", " ")}</button>`)
      .join(" ")} <button name="rotate" value="yes">rotate keys</button></p></form>`,
  );
  return page("Providers of the demonstration", `<h1>Providers</h1>${DEMONSTRATION}${parts.join("")}`);
}
