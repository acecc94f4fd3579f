// How the demo's company welcomes new people: with temporary passwords, until a test wants links.
import type { APIRequestContext } from "@playwright/test";
import { type Demo, expect, PASSWORD } from "./test";

/** Has the company mail links from now on. The request is an administrator's, whose session may have grown old. */
export async function inviteByLink(request: APIRequestContext, demo: Demo): Promise<void> {
  const address = `${demo.url}/api/v1/company/invitations`;
  const headers = { origin: demo.url };
  const { policy } = await (await request.get(address)).json();
  if (policy.welcome === "link") return;
  const proof = await request.post(`${demo.url}/api/v1/session/proof`, { data: { password: PASSWORD }, headers });
  expect(proof.ok(), await proof.text()).toBe(true);
  const saved = await request.put(address, { data: { ...policy, welcome: "link" }, headers });
  expect(saved.status(), await saved.text()).toBe(200);
}
