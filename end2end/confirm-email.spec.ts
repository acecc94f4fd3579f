// An address that an administrator changes, confirmed by whoever reads it.
import type { BrowserContext } from "@playwright/test";
import { alive, becomeAdministrator, button, type Demo, expect, heading, PASSWORD, type Person, test } from "./support/test";

/** Has an administrator enter another address for somebody; answers the link that is mailed there. */
async function changed(context: BrowserContext, demo: Demo, who: Person, email: string): Promise<string> {
  await becomeAdministrator(context, demo);
  const { request } = context;
  const proof = await request.post(`${demo.url}/api/v1/session/proof`, {
    data: { password: PASSWORD },
    headers: { origin: demo.url },
  });
  expect(proof.ok(), await proof.text()).toBe(true);
  const found = await (await request.get(`${demo.url}/api/v1/users?search=${who.email}`)).json();
  const { user, version } = await (await request.get(`${demo.url}/api/v1/users/${found.users[0].id}`)).json();
  const answer = await request.put(`${demo.url}/api/v1/users/${user.id}`, {
    data: {
      version, name: user.name, username: user.username, email, roles: user.roles, phone: user.phone,
      presence_list: user.presence_list?.id, sso_only: false,
    },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  const letter = await demo.mail.wait(email, /Confirm this address/);
  return /http:\/\/\S+\/confirm-email\?token=\S+/.exec(letter.text)?.[0] ?? "no link";
}

test("the button in the page confirms an address, looking at the page does not", async ({ page, demo, complaints, browser }) => {
  complaints.allow(/^answer 410: POST \/api\/v1\/users\/confirm-email/);
  const who = demo.agent();
  const elsewhere = await browser.newContext({ baseURL: demo.url });
  const email = `${who.account}@elsewhere.example`;
  const address = await changed(elsewhere, demo, who, email);
  expect((await elsewhere.request.get(address)).status()).toBe(200);
  await page.goto(address);
  await alive(page);
  await expect(heading(page, "Confirm your e-mail address")).toBeVisible();
  await button(page, "Confirm address").click();
  await expect(heading(page, "Address confirmed")).toBeVisible();
  await page.goto(address);
  await alive(page);
  await button(page, "Confirm address").click();
  await expect(page.getByText("This link was used already")).toBeVisible();
  await elsewhere.close();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the form does the same", async ({ page, demo, complaints, browser }) => {
    const who = demo.agent();
    const elsewhere = await browser.newContext({ baseURL: demo.url });
    const email = `${who.account}@elsewhere.example`;
    // Scripts that the browser was told not to run.
    complaints.allow(/^request failed: \S+\.js: csp$/);
    await page.goto(await changed(elsewhere, demo, who, email));
    await button(page, "Confirm address").click();
    await expect(heading(page, "Address confirmed")).toBeVisible();
    await elsewhere.close();
  });
});
