// A Connect user without an account, who asks for one: what a browser sends at the page that asks whose they are.
import { expect, request } from "@playwright/test";
import type { Demo } from "./callgate";

export const NEWCOMER = { name: "Nora Newman", email: "n.newman@new.example" };

export async function askToJoin(demo: Demo, company: string, username: string): Promise<void> {
  const browser = await request.newContext({ baseURL: `${demo.url}/api/v1/` });
  const came = await browser.post(`companies/${company}/phone/sign-in`, { data: { username } });
  expect(came.status(), await came.text()).toBe(200);
  const { attempt } = await came.json();
  const asked = await browser.post("sign-in/bind/join", { data: { attempt, ...NEWCOMER } });
  expect(asked.status(), await asked.text()).toBe(200);
  await browser.dispose();
}
