// Leaving a desk with a phone by other ways than *Sign out*: links and the browser's own in the middle of a call, a provider
// at which somebody signed in, and a browser that shall be forgotten.
import type { APIRequestContext, Dialog, Page } from "@playwright/test";
import { call, choice, COMPANY, sitDown } from "./support/desk";
import { allowMicrophone, atDesk } from "./support/first-minute";
import { LoginPage, test as withProviders, windowOf } from "./support/outside";
import { HEARING, launched, Simulator } from "./support/phone";
import { alive, button, type Demo, expect, field, heading, link, PASSWORD, test, visit } from "./support/test";

test.use({ ownDemo: true, ears: launched(HEARING), permissions: ["microphone"] });

async function takeCall(page: Page, simulator: Simulator): Promise<void> {
  await choice(page, "Available").click();
  await simulator.sees("agent", "Available");
  await simulator.ring("agent");
  await button(page, "Accept").click();
  await expect(call(page)).toContainText("On a call");
}

const menu = (page: Page) => page.locator(".person-menu");

/** Opens the menu behind the person's name. */
async function openMenu(page: Page): Promise<void> {
  await menu(page).locator("summary").click();
}

test("on a call the browser asks before the desk is left, and only then", async ({ page, context, demo }) => {
  const simulator = await sitDown(page, context, demo);
  const asked: string[] = [];
  const stay = (dialog: Dialog) => {
    asked.push(dialog.type());
    return dialog.dismiss();
  };
  page.on("dialog", stay);
  await takeCall(page, simulator);

  await openMenu(page);
  await link(page, "Security Settings").click({ noWaitAfter: true });
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => asked.length).toBe(2);
  await field(page, "Language").selectOption({ label: "Deutsch" }, { noWaitAfter: true });
  await expect.poll(() => asked.length).toBe(3);
  // They stayed, and so did the call.
  await expect(call(page)).toContainText("On a call");
  await expect(page).toHaveURL(new RegExp(`/${COMPANY}/desk$`));

  await button(page, "Hang up").click();
  await button(page, "Finish").click();
  await openMenu(page);
  await link(page, "Security Settings").click();
  await page.waitForURL(`**/${COMPANY}/profile/security`);
  expect(asked).toEqual(["beforeunload", "beforeunload", "beforeunload"]);
});

test("a browser is forgotten from the desk, where there is no password for Security Settings", async ({
  page,
  context,
  demo,
  complaints,
}) => {
  complaints.allow(/answer 403: GET \/docs-example\/profile\/security/);
  const simulator = Simulator.of(demo, "dextr-docs");
  await allowMicrophone(context, demo);
  await atDesk(page, demo, simulator);

  await visit(page, "/docs-example/profile/security");
  await expect(heading(page, "Secure Login does not open this page")).toBeVisible();
  await expect(page.getByText("Docs Example has no passwords for agents")).toBeVisible();
  await expect(button(page, "Forget this browser")).toBeVisible();
  await link(page, "Go to Dashboard").click();
  await expect(choice(page, "Available")).toBeVisible({ timeout: 20_000 });

  await openMenu(page);
  await menu(page).getByRole("button", { name: "Forget this browser" }).click();
  await expect(heading(page, "You are signed out")).toBeVisible();
  await simulator.sees("agent", "Offline");
  expect((await page.request.get(`${demo.url}/api/v1/session`)).status()).toBe(401);
  // Amazon Connect's session is another one; Callgate takes nobody's word for it any more.
  await link(page, "Leave it and go back").click();
  await alive(page);
  await button(page, "Secure Login").click();
  await expect(heading(page, "Connect your phone")).toBeVisible({ timeout: 20_000 });
});

/** Northwind, with the phones of another company's instance, and an agent who has one of them. */
async function givePhone(request: APIRequestContext, demo: Demo): Promise<void> {
  const api = `${demo.url}/api/v1`;
  const first = await request.post(`${api}/companies/northwind/sign-in`, { data: { account: "admin", password: PASSWORD } });
  let step = await first.json();
  if (step.step === "code") {
    const code = await demo.mail.code("admin@northwind.example");
    const second = await request.post(`${api}/sign-in/code`, { data: { attempt: step.attempt, code } });
    step = await second.json();
  }
  expect(step.step).toBe("signed_in");
  const found = await (await request.get(`${api}/users?search=agent@northwind.example`)).json();
  const { user, version } = await (await request.get(`${api}/users/${found.users[0].id}`)).json();
  const { name, username, email, roles } = user;
  const edited = await request.put(`${api}/users/${user.id}`, {
    data: { version, name, username, email, roles, phone: "softphone", language: user.language, sso_only: false },
  });
  expect(edited.status(), await edited.text()).toBe(200);
  const phone = await (await request.get(`${api}/company/amazon-connect`)).json();
  const saved = await request.put(`${api}/company/amazon-connect`, {
    data: { url: Simulator.of(demo, "thedarkside").panel, version: phone.version },
  });
  expect(saved.status(), await saved.text()).toBe(200);
  // Both changes ask who it is.
  const proof = await request.post(`${api}/session/proof`, { data: { password: PASSWORD } });
  expect(proof.status(), await proof.text()).toBe(204);
  const named = await request.put(`${api}/users/${user.id}/phone-username`, { data: { phone_username: "agent" } });
  expect(named.status(), await named.text()).toBe(200);
}

withProviders.describe("who signed in at a provider", () => {
  withProviders.use({ ownDemo: true, ears: launched(HEARING), permissions: ["microphone"] });

  withProviders("signs out here and there after the call, Offline first", async ({ page, context, browser, demo }) => {
    const admin = await browser.newContext({ baseURL: demo.url });
    await givePhone(admin.request, demo);
    await admin.close();
    const simulator = Simulator.of(demo, "thedarkside");
    await simulator.signInBefore(context, "agent");
    await visit(page, "/northwind");
    const window = await windowOf(page, () => button(page, "Single Sign-On").click());
    await (await new LoginPage(window, "northwind").seen()).be("agent@northwind.example");
    await page.waitForURL("**/northwind/desk");
    await alive(page);
    await expect(choice(page, "Available")).toBeVisible({ timeout: 20_000 });

    await takeCall(page, simulator);
    await openMenu(page);
    await menu(page).getByRole("button", { name: "Sign out here and at Northwind ID" }).click();
    await expect(page.getByText(/^You will be signed out when this call is over\./)).toBeVisible();
    expect((await page.request.get(`${demo.url}/api/v1/session`)).status()).toBe(200);
    await simulator.hangUp("agent");
    await expect(heading(page, "You are signed out")).toBeVisible();
    await simulator.sees("agent", "Offline");
    await expect(page.getByText("You are still signed in at Northwind ID, too.")).toBeVisible();
    await link(page, "Sign out at Northwind ID").click();
    await expect(heading(page, "Sign out of Northwind ID?")).toBeVisible();
  });
});
