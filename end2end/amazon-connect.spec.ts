// What administrators do about Amazon Connect: its address, its test, who is who there, who asks to join; and the browsers
// that a person finds in their own settings.
import { COMPANY, comeIn, phoneOf } from "./support/desk";
import { askToJoin, NEWCOMER } from "./support/joining";
import { alive, button, type Demo, expect, field, heading, link, PASSWORD, test, visit } from "./support/test";
import type { Page } from "@playwright/test";

const PAGE = `/${COMPANY}/console/amazon-connect`;

test.use({ ownDemo: true });

async function open(page: Page, demo: Demo): Promise<void> {
  await comeIn(page, demo, "admin");
  await visit(page, PAGE);
  await expect(heading(page, "Amazon Connect")).toBeVisible();
}

async function prove(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Continue", exact: true }).click();
}

/** Lets the proof of the sign-in be a former one. */
async function spend(page: Page, demo: Demo): Promise<void> {
  const api = `${demo.url}/api/v1/company/amazon-connect`;
  const now = await (await page.request.get(api)).json();
  const { url, instance_alias, version } = now;
  const answer = await page.request.put(api, { data: { url, instance_alias, version } });
  expect(answer.status(), await answer.text()).toBe(200);
}

test("an address is taken from AWS's hosts only, and every change asks who it is", async ({ page, demo, complaints }) => {
  complaints.allow(/^answer 4\d\d: PUT \/api\/v1\/company\/amazon-connect/);
  await open(page, demo);
  const address = field(page, "Amazon Connect address");
  const before = await address.inputValue();
  await address.fill("https://thedarkside.my.connect.aws.evil.example");
  await expect(page.getByText(/^A new address is confirmed/)).toBeVisible();
  await button(page, "Save").click();
  await expect(page.getByText(/These hosts count: \*\.my\.connect\.aws/)).toBeVisible();
  await expect(address).toHaveValue("https://thedarkside.my.connect.aws.evil.example");

  await address.fill("thedarkside.my.connect.aws");
  await button(page, "Save").click();
  // The document that frames the new phone.
  await page.waitForURL(/\?saved$/);
  await expect(page.getByText("Saved.", { exact: true }).first()).toBeVisible();
  await expect(address).toHaveValue("https://thedarkside.my.connect.aws/ccp-v2/");

  await page.evaluate(() => Object.assign(window, { before: true }));
  await address.fill(before);
  await button(page, "Save").click();
  await prove(page);
  // The address of the page is the same as before, the document is not.
  await page.waitForFunction(() => !("before" in window));
  await alive(page);
  await expect(page.getByText("Saved.", { exact: true }).first()).toBeVisible();
  await expect(address).toHaveValue(before);

  await field(page, "Instance alias").fill("dextr-docs");
  await button(page, "Save").click();
  await prove(page);
  await expect(page.getByText(/^Another company is found by this name/)).toBeVisible();
  const mail = await demo.mail.wait("admin@thedarkside.example", /^Amazon Connect of The Dark Side was changed/);
  expect(mail.text).toContain("my.connect.aws");
});

test("the test says what it finds, and what it cannot tell", async ({ page, context, demo, complaints }) => {
  test.setTimeout(120_000);
  complaints.allow(/Refused to display|Refused to frame|frame-ancestors|X-Frame-Options|request failed/i);
  const simulator = phoneOf(demo);
  await open(page, demo);
  await expect(page.getByText(demo.url, { exact: true })).toBeVisible();

  // Nobody is signed in: its sign-in page refuses the frame.
  await button(page, "Test").click();
  await expect(page.getByText(/^No answer within 15 seconds\./)).toBeVisible({ timeout: 20_000 });
  await expect(link(page, "Open Amazon Connect in a window")).toHaveAttribute("href", simulator.panel);

  await simulator.signInBefore(context, "agent");
  await button(page, "Test").click();
  await expect(page.getByText(/^Amazon Connect answers\./)).toBeVisible({ timeout: 20_000 });

  // Signed in, and still refused.
  await simulator.turn({ refused: true });
  await button(page, "Test").click();
  await expect(page.getByText(/^No answer within 15 seconds\./)).toBeVisible({ timeout: 20_000 });
  const [window] = await Promise.all([
    context.waitForEvent("page"),
    link(page, "Open Amazon Connect in a window").click(),
  ]);
  await window.close();
  await button(page, "Test").click();
  await expect(page.getByText(/^Still no answer\./)).toBeVisible({ timeout: 20_000 });
});

test("a page that is older than the address says so instead of guessing", async ({ page, demo, complaints }) => {
  complaints.allow(/frame-src|Content Security Policy|Framing|request failed/i);
  await open(page, demo);
  // Changed in another tab.
  const api = `${demo.url}/api/v1/company/amazon-connect`;
  const { version } = await (await page.request.get(api)).json();
  const url = "https://thedarkside.my.connect.aws/";
  expect((await page.request.put(api, { data: { url, version } })).status()).toBe(200);
  await link(page, "User Management").click();
  await expect(heading(page, "User Management")).toBeVisible();
  await link(page, "Amazon Connect").click();
  await button(page, "Test").click();
  await expect(page.getByText(/^This page was loaded before the address was changed/)).toBeVisible();
});

test("people's users are changed here and in User Management", async ({ page, demo }) => {
  await open(page, demo);
  const people = page.getByRole("region", { name: "Who is who there" });
  await page.request.get(`${demo.url}/api/v1/users?search=agent`).then(async (answer) => {
    const { users } = await answer.json();
    const agent = users.find((user: { username: string }) => user.username === "agent");
    await visit(page, `/${COMPANY}/console/users/${agent.id}/edit`);
  });
  await field(page, "Amazon Connect user").fill("Agent.One");
  await button(page, "Save").click();
  await expect(page.getByRole("complementary", { name: "Person" }).getByText("Agent.One")).toBeVisible();

  await link(page, "Amazon Connect").click();
  await expect(people.getByText("Agent.One")).toBeVisible();
  const change = people.getByRole("button", { name: "Change the Amazon Connect user of Firmus Piett" });
  await change.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Amazon Connect user").fill("agent");
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(people.getByText(/is agent in Amazon Connect now\.$/)).toBeVisible();

  await spend(page, demo);
  await change.click();
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await prove(page);
  await expect(people.getByText("The Amazon Connect user of Firmus Piett was removed.")).toBeVisible();
  await expect(change).toHaveCount(0);
});

test("who asks to join is approved or refused in User Management", async ({ page, demo }) => {
  await askToJoin(demo, COMPANY, "n.newman");
  await askToJoin(demo, COMPANY, "x.stranger");
  await comeIn(page, demo, "admin");
  await visit(page, `/${COMPANY}/console/users`);
  await expect(page.getByText("2 people ask to join")).toBeVisible();
  await link(page, "Look at them").click();
  const panel = page.getByRole("complementary", { name: "Asking to join" });
  const one = (user: string) => panel.getByRole("listitem").filter({ has: page.getByRole("heading", { name: user }) });

  const newman = one("n.newman");
  await newman.getByLabel("Name", { exact: true }).fill("Nora Neumann");
  await newman.getByLabel("E-mail", { exact: true }).fill("agent@thedarkside.example");
  await newman.getByRole("button", { name: "Approve" }).click();
  await expect(newman.getByRole("alert").filter({ hasText: /./ })).toBeVisible();
  await expect(newman.getByLabel("Name", { exact: true })).toHaveValue("Nora Neumann");
  await newman.getByLabel("E-mail", { exact: true }).fill(NEWCOMER.email);
  await newman.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("Nora Neumann has an account and was invited.")).toBeVisible();
  await demo.mail.wait(NEWCOMER.email, /./);

  await one("x.stranger").getByRole("button", { name: "Refuse x.stranger" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Refuse", exact: true }).click();
  await expect(page.getByText("The request of x.stranger was refused.")).toBeVisible();
  await expect(panel.getByText("Nobody asks to join.")).toBeVisible();
  await expect(page.getByText("ask to join", { exact: false }).filter({ hasText: /^\d/ })).toHaveCount(0);
});
