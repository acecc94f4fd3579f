// What the walks stand on: the providers of the demonstration are as strict as real ones.
import { expect, test } from "./support/outside";

const CALLBACK = "http://127.0.0.1:3000/sso/callback";
const PKCE = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
const TENANT = "7c3f8a52-5b1e-4f0e-9d3a-2f6a1c9b0e44";

// No Callgate is asked.
test.use({ baseURL: "http://127.0.0.1" });

/** Where a browser is sent that comes with this request. */
async function asked(endpoint: string, more: Record<string, string>): Promise<Response> {
  const request = { client_id: "callgate-demo", response_type: "code", scope: "openid", redirect_uri: CALLBACK, state: "s", ...more };
  return fetch(`${endpoint}?${new URLSearchParams(request)}`, { redirect: "manual" });
}

/** The error that a request is answered with. */
async function refusal(endpoint: string, more: Record<string, string>): Promise<URLSearchParams> {
  const answer = await asked(endpoint, more);
  expect(answer.status).toBe(303);
  const location = answer.headers.get("location") ?? "";
  expect(location.startsWith(CALLBACK)).toBe(true);
  return new URL(location).searchParams;
}

const described = async (issuer: string) => (await fetch(`${issuer}/.well-known/openid-configuration`)).json();

test("each describes itself as its original does", async ({ outside }) => {
  const google = await described(`${outside.url}/google`);
  expect(google.issuer).toBe(`${outside.url}/google`);
  expect(google.pushed_authorization_request_endpoint).toBeUndefined();
  for (const many of ["common", "organizations"]) {
    const microsoft = await described(`${outside.url}/office365/${many}/v2.0`);
    expect(microsoft.issuer).toBe(`${outside.url}/office365/{tenantid}/v2.0`);
    expect(microsoft.token_endpoint).toContain(`/office365/${many}/`);
  }
  const tenant = await described(`${outside.url}/office365/${TENANT}/v2.0`);
  expect(tenant.issuer).toBe(`${outside.url}/office365/${TENANT}/v2.0`);
  const own = await described(`${outside.url}/northwind`);
  expect(own.require_pushed_authorization_requests).toBe(true);
  for (const one of [google, tenant, own]) {
    expect(one.code_challenge_methods_supported).toEqual(["S256"]);
    expect(one.authorization_response_iss_parameter_supported).toBe(true);
    expect(one.end_session_endpoint).toBeTruthy();
  }
});

test("requests that are not as they must be are refused", async ({ outside }) => {
  const google = (await described(`${outside.url}/google`)).authorization_endpoint;
  const own = (await described(`${outside.url}/northwind`)).authorization_endpoint;
  expect((await asked(google, PKCE)).headers.get("location")).toContain("/google/login/");

  const plain = await refusal(google, {});
  expect(plain.get("error_description")).toContain("PKCE");
  expect(plain.get("iss")).toBe(`${outside.url}/google`);
  expect((await refusal(google, { ...PKCE, code_challenge_method: "plain" })).get("error")).toBe("invalid_request");
  expect((await refusal(own, PKCE)).get("error_description")).toContain("Pushed Authorization Request");

  for (const elsewhere of ["http://127.0.0.1:3000/elsewhere", "https://callgate.example/sso/callback"]) {
    const answer = await asked(google, { ...PKCE, redirect_uri: elsewhere });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("redirect_uri");
  }
});

test("nothing is given without the right secret", async ({ outside }) => {
  const { pushed_authorization_request_endpoint: pushed } = await described(`${outside.url}/northwind`);
  const push = (secret: string) =>
    fetch(pushed, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`callgate-demo:${secret}`)}` },
      body: new URLSearchParams({ client_id: "callgate-demo", response_type: "code", scope: "openid", redirect_uri: CALLBACK, ...PKCE }),
    });
  expect((await push("guessed")).status).toBe(401);
  expect((await push("a-demonstration-keeps-no-secrets")).status).toBe(201);
  await outside.become("northwind", "client_refused");
  expect((await push("a-demonstration-keeps-no-secrets")).status).toBe(401);
  await outside.become("northwind", "down");
  await expect(push("a-demonstration-keeps-no-secrets")).rejects.toThrow();
});
