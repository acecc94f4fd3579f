// Agents with a phone at their desks: signed in here and at the simulator of Amazon Connect, in English.
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { type Demo, PASSWORD } from "./callgate";
import { lendEars } from "./headset";
import { Simulator } from "./phone";
import { visit } from "./test";

export const COMPANY = "thedarkside";
export const DESK = `/${COMPANY}/desk`;

/** Signs somebody in by password, and makes them read English. */
export async function comeIn(page: Page, demo: Demo, account: string): Promise<void> {
  const answer = await page.request.post(`${demo.url}/api/v1/companies/${COMPANY}/sign-in`, {
    data: { account, password: PASSWORD },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  expect((await answer.json()).step).toBe("signed_in");
  const said = await page.request.put(`${demo.url}/api/v1/language`, { data: { language: "en" } });
  expect(said.ok(), await said.text()).toBe(true);
}

/** The phone of the company whose agents have passwords too. */
export const phoneOf = (demo: Demo) => Simulator.of(demo, COMPANY);

/** Signs an agent in here and at the simulator, and waits for the desk with its phone. */
export async function sitDown(page: Page, context: BrowserContext, demo: Demo, account = "agent"): Promise<Simulator> {
  const simulator = phoneOf(demo);
  // Of whoever sat here before.
  await simulator.reset();
  await simulator.signInBefore(context, account);
  await comeIn(page, demo, account);
  await visit(page, DESK);
  await expect(choice(page, "Available")).toBeVisible({ timeout: 20_000 });
  return simulator;
}

export const status = (page: Page) => page.locator(".status .what");
export const choice = (page: Page, name: string) =>
  page.getByRole("group", { name: "Agent Status" }).getByRole("button", { name, exact: true });
export const call = (page: Page) => page.locator("section.call");

/** A microphone where the machine has none and the browser was not started with a false one: for pictures. */
export const lendMicrophone = (context: BrowserContext): Promise<void> =>
  lendEars(context, { permission: "granted", plugged: ["Headset"] });
