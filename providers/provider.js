// One provider: the certified `oidc-provider` with its strictest settings, told to be Google, Office 365 or Northwind's.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { claims, isAddress, LISTED, login, ofSubject, TENANTS } from "./logins.js";
import * as pages from "./pages.js";

// It advises whoever runs a provider in earnest; nothing here outlives a demonstration.
console.info = console.warn = () => {};
const { Provider, interactionPolicy } = await import("oidc-provider");
const { base, Check, Prompt } = interactionPolicy;

/** How Callgate is known to all of them. The secret is none: it opens a demonstration. */
export const CLIENT = { id: "callgate-demo", secret: "a-demonstration-keeps-no-secrets" };

const MINUTE = 60;

const KINDS = {
  google: {
    name: "Google",
    routes: { authorization: "/o/oauth2/v2/auth", token: "/token", jwks: "/oauth2/v3/certs", userinfo: "/v1/userinfo", end_session: "/logout" },
    algorithm: "RS256",
    proof: "client_secret_basic",
  },
  office365: {
    name: "Office 365",
    routes: {
      authorization: "/oauth2/v2.0/authorize",
      token: "/oauth2/v2.0/token",
      jwks: "/discovery/v2.0/keys",
      userinfo: "/oidc/userinfo",
      end_session: "/oauth2/v2.0/logout",
    },
    algorithm: "RS256",
    proof: "client_secret_post",
  },
  northwind: { name: "Northwind ID", routes: {}, algorithm: "ES256", proof: "client_secret_basic", strict: true },
};

/** A provider under a path of its own on this server. */
export class Counterpart {
  #provider;
  /** `up`, `slow`, `down`, `no_tokens` (down for servers that ask who came, not for browsers) or `client_refused` */
  mode = "up";

  constructor(origin, kind) {
    this.origin = origin;
    this.kind = kind;
    this.path = `/${kind}`;
    this.rotate();
  }

  get name() {
    return KINDS[this.kind].name;
  }

  /** What stands in tokens; Microsoft's differs with the tenant, and its description has a hole for it. */
  get issuer() {
    const tenanted = (tenant) => `${this.origin}${this.path}/${tenant}/v2.0`;
    return this.kind === "office365" ? tenanted("{tenantid}") : `${this.origin}${this.path}`;
  }

  /** New keys; the old ones are gone at once, and so are the sessions. */
  rotate() {
    const { routes, algorithm, proof, strict } = KINDS[this.kind];
    const mount = this.kind === "office365" ? `${this.path}/common` : this.path;
    const provider = new Provider(`${this.origin}${mount}`, {
      clients: [client(algorithm, proof)],
      routes,
      scopes: ["openid"],
      claims: {
        // Google never says how somebody proved who they are.
        openid: ["sub", "hd", "tid", "oid", "ver", "xms_edov", ...(this.kind === "google" ? [] : ["amr"])],
        email: ["email", "email_verified"],
        profile: ["name", "preferred_username"],
        auth_time: null,
      },
      // Google and Microsoft tell everything in the token; others make clients ask for the address.
      conformIdTokenClaims: Boolean(strict),
      responseTypes: ["code"],
      pkce: { required: () => true },
      allowOmittingSingleRegisteredRedirectUri: false,
      clientAuthMethods: [proof],
      features: {
        devInteractions: { enabled: false },
        dPoP: { enabled: false },
        resourceIndicators: { enabled: false },
        pushedAuthorizationRequests: { enabled: Boolean(strict), requirePushedAuthorizationRequests: Boolean(strict) },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (ctx, form) => {
            ctx.body = pages.signOut(this.name, form);
          },
        },
      },
      jwks: { keys: [key(algorithm)] },
      cookies: {
        keys: [randomUUID()],
        names: { session: "session", interaction: "interaction", resume: "resume" },
        long: { httpOnly: true, sameSite: "lax", path: this.path },
        short: { httpOnly: true, sameSite: "lax", path: this.path },
      },
      interactions: {
        policy: policy(),
        url: (_, { uid }) => `${this.path}/login/${uid}`,
      },
      findAccount: (_, subject) => {
        const found = ofSubject(subject);
        return found && { accountId: subject, claims: () => claims(found) };
      },
      loadExistingGrant: everythingGranted,
      renderError: (ctx, out) => {
        ctx.type = "html";
        ctx.body = pages.failed(this.name, out);
      },
      ttl: { Session: 12 * 60 * MINUTE, Grant: 12 * 60 * MINUTE, Interaction: 10 * MINUTE, IdToken: 5 * MINUTE, AccessToken: 5 * MINUTE, AuthorizationCode: MINUTE },
    });
    if (this.kind === "office365") this.#speakForTenants(provider);
    this.#provider = provider;
  }

  /** Each of Microsoft's tenants is an issuer, whatever address was asked. */
  #speakForTenants(provider) {
    const issuerOf = (tenant) => this.issuer.replace("{tenantid}", tenant);
    Object.defineProperty(provider, "issuer", {
      get: () => {
        const oidc = Provider.ctx?.oidc;
        const { Account, Session, IdTokenHint } = oidc?.entities ?? {};
        const subject = Account?.accountId ?? oidc?.session?.accountId ?? Session?.accountId ?? IdTokenHint?.payload.sub;
        const tenant = ofSubject(subject)?.tenant ?? tenantOf(Provider.ctx?.req.originalUrl ?? "", this.path);
        return tenant ? issuerOf(tenant) : this.issuer;
      },
    });
  }

  /** Answers whatever is asked below this provider's path. */
  async answer(req, res) {
    const rest = req.url.slice(this.path.length);
    if (rest.startsWith("/login/")) return this.#login(req, res);
    const refused = this.mode === "client_refused" && req.method === "POST" && /\/(token|request)$/.test(rest.split("?")[0]);
    if (refused) {
      res.writeHead(401, { "content-type": "application/json" });
      return res.end(JSON.stringify({ error: "invalid_client", error_description: "the client secret has expired" }));
    }
    const tenant = this.kind === "office365" ? rest.split("/")[1] : undefined;
    const mount = tenant ? `${this.path}/${tenant}` : this.path;
    // Microsoft describes itself one step below where its other addresses are.
    req.url = req.url.slice(mount.length).replace(/^\/v2\.0\/\.well-known\//, "/.well-known/") || "/";
    req.originalUrl = mount + req.url;
    return this.#provider.callback()(req, res);
  }

  /** The page on which people say who they are. */
  async #login(req, res) {
    const { params } = await this.#provider.interactionDetails(req, res);
    const show = (more) => html(res, 200, pages.choose(this.name, req.url, LISTED[this.kind], { ...more, consent: this.kind === "office365" }));
    if (req.method !== "POST") return show({ hint: params.login_hint });
    const form = await read(req);
    const onward = (result) => this.#provider.interactionResult(req, res, result, { mergeWithLastSubmission: false });
    const cancelled = form.get("cancel");
    if (cancelled) {
      const description = cancelled === "consent_required" ? "AADSTS65001: an administrator has not consented to use the application" : "the person said no";
      return redirect(res, await onward({ error: cancelled, error_description: description }));
    }
    const address = form.get("login") || form.get("typed");
    if (!isAddress(address)) return show({ hint: form.get("typed") ?? "", complaint: "Type an e-mail address." });
    const amr = form.has("mfa") ? ["pwd", "otp", "mfa"] : ["pwd"];
    const accountId = login(this.kind, address).subject;
    const next = await onward({ login: { accountId, amr }, select_account: {} });
    if (!form.has("coop")) return redirect(res, next);
    res.setHeader("cross-origin-opener-policy", "same-origin");
    return html(res, 200, pages.forgotten(this.name, next));
  }
}

/** Loopback addresses are the same on every port, as RFC 8252 has it: a demonstration does not know its own before. */
function client(algorithm, proof) {
  const at = (path) => ["http://127.0.0.1", "http://localhost"].map((host) => host + path);
  return {
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    client_name: "Callgate",
    application_type: "native",
    redirect_uris: at("/sso/callback"),
    post_logout_redirect_uris: at("/sso/signed-out"),
    grant_types: ["authorization_code"],
    response_types: ["code"],
    token_endpoint_auth_method: proof,
    id_token_signed_response_alg: algorithm,
  };
}

function key(algorithm) {
  const pair = algorithm === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...pair.privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: algorithm, use: "sig" };
}

/** Asks who it is where nobody is known, where somebody shall choose, and where another address is expected. */
function policy() {
  const prompts = base();
  prompts.remove("consent");
  prompts.add(new Prompt({ name: "select_account", requestable: true }), 0);
  const expected = (ctx) => {
    const { params, session, result } = ctx.oidc;
    const known = ofSubject(session.accountId)?.email;
    const other = params.login_hint && known && known !== params.login_hint.toLowerCase();
    return other && !result?.login ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
  };
  prompts.get("login").checks.add(new Check("another_login", "another login is expected", expected));
  return prompts;
}

/** Nobody is asked what Callgate may know: it is the person's own company that asks. */
async function everythingGranted(ctx) {
  const { client, session, provider, requestParamOIDCScopes } = ctx.oidc;
  const kept = session.grantIdFor(client.clientId);
  const grant = (kept && (await provider.Grant.find(kept))) || new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope([...requestParamOIDCScopes].join(" "));
  await grant.save();
  return grant;
}

const tenantOf = (url, path) => Object.values(TENANTS).find((tenant) => url.startsWith(`${path}/${tenant}/`));

function html(res, status, body) {
  res.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  res.end(body);
}

function redirect(res, location) {
  res.writeHead(303, { location });
  res.end();
}

/** A form that was posted. */
export async function read(req) {
  let body = "";
  for await (const part of req) body += part;
  return new URLSearchParams(body);
}
