// The company's own settings, page by page, as an administrator uses them.
import { crc32, deflateSync } from "node:zlib";
import type { Page } from "@playwright/test";
import {
  alive,
  becomeAdministrator,
  button,
  expect,
  field,
  heading,
  link,
  PASSWORD,
  person,
  test,
  visit,
} from "./support/test";

/** A PNG of one colour. */
function png(width: number, height: number): Buffer {
  const chunk = (kind: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(kind, "ascii"), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x7f)]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

const saved = (page: Page) => expect(page.getByText("Saved.", { exact: true })).toBeVisible();
const colour = (page: Page, selector: string, name: string) =>
  page.locator(selector).evaluate((it, name) => getComputedStyle(it).getPropertyValue(name), name);

test.use({ ownDemo: true });
test.beforeEach(({ context, demo }) => becomeAdministrator(context, demo));

test("name and look: previewed before, everywhere after", async ({ page, demo, browser }) => {
  await visit(page, "/acme/console/users");
  await link(page, "Name and look").click();
  await expect(heading(page, "Name and look")).toBeFocused();
  const stage = page.locator(".stage");
  await expect(stage.locator("h1")).toHaveText("Acme Support");
  await expect(stage.getByText("New headsets at desk 4")).toBeVisible();
  // The real component, which nobody can reach in here.
  await expect(stage.locator("#password")).toBeVisible();
  await expect(stage).toHaveAttribute("inert", "");

  await field(page, "Company name").fill("Acme Care");
  await field(page, "Brand colour").fill("#14532d");
  await field(page, "Accent colour").fill("#1d6b3c");
  await expect(page.getByText(/^It is lost on the brand colour: 1\.\d to 1/)).toBeVisible();
  await page.getByRole("button", { name: /^Use #/ }).click();
  await expect(page.getByText(/^It is lost/)).toHaveCount(0);
  await expect(page.getByText(/^On the dark look, lines and ticks use #/)).toBeVisible();
  await field(page, "Deutsch").uncheck();
  await field(page, "Mail sender name").fill("Acme Care Team");
  await page.getByLabel("Logo", { exact: true }).setInputFiles({ name: "a.png", mimeType: "image/png", buffer: png(64, 32) });
  await expect(stage.locator("h1")).toHaveText("Acme Care");
  await expect(stage.locator("img.logo")).toHaveAttribute("src", /^data:image\/png/);
  expect(await colour(page, ".stage", "--brand")).toBe("#14532d");
  // Nothing of it is anybody else's yet.
  expect((await (await page.request.get(`${demo.url}/api/v1/companies/acme`)).json()).name).toBe("Acme Support");
  await button(page, "Save").click();
  await saved(page);
  expect(await colour(page, "html", "--brand")).toBe("#14532d");

  const stranger = await (await browser.newContext({ baseURL: demo.url })).newPage();
  await visit(stranger, "/acme");
  await expect(heading(stranger, "Acme Care")).toBeVisible();
  expect(await colour(stranger, "html", "--brand")).toBe("#14532d");
  await expect(stranger.locator("img.logo")).toHaveAttribute("src", /logo\?/);
  await expect(field(stranger, "Language").locator("option")).toHaveText(["English"]);
  await stranger.context().close();

  await button(page, "Send a test mail").click();
  await expect(page.getByText(`On its way to ${person("admin").email}.`)).toBeVisible();
  const mail = await demo.mail.wait(person("admin").email, /A test mail from Acme Care/);
  expect(mail.html).toContain("#14532d");
  await button(page, "Send a test mail").click();
  await expect(page.getByText(/^You can send another one in /)).toBeVisible();

  await page.reload();
  await alive(page);
  await expect(field(page, "Company name")).toHaveValue("Acme Care");
  await button(page, "Remove the logo").click();
  await button(page, "Save").click();
  await saved(page);
  await expect(stage.locator("img.logo")).toHaveCount(0);
  await link(page, "Audit Log").click();
  await expect(page.getByRole("row").filter({ hasText: "Company settings changed" }).first()).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "Company name; Offered languages; Brand colour" })).toBeVisible();
});

test("a name that another company has is refused, and what was typed stays", async ({ page }) => {
  await visit(page, "/acme/console/company");
  await field(page, "Company name").fill("NORTHWIND");
  await button(page, "Save").click();
  await expect(page.getByText("Another company has this name, or one that looks the same.")).toBeVisible();
  await expect(field(page, "Company name")).toHaveValue("NORTHWIND");
  await expect(field(page, "Company name")).toHaveAttribute("aria-invalid", "true");
});

test("notice and help contact are on the company's page at once", async ({ page, demo, browser }) => {
  const stranger = await (await browser.newContext({ baseURL: demo.url })).newPage();
  await visit(page, "/acme/console/notice");
  await field(page, "Message").fill("Fire drill at eleven");
  await expect(page.locator(".stage").getByText("Fire drill at eleven")).toBeVisible();
  await button(page, "Save").click();
  await saved(page);
  await visit(stranger, "/acme");
  await expect(stranger.getByText("Fire drill at eleven")).toBeVisible();

  await link(page, "Help contact").click();
  await expect(heading(page, "Help contact")).toBeVisible();
  await field(page, "Phone").fill("4711");
  await button(page, "Add a link").click();
  await field(page, "Name of link 1").fill("Wiki");
  await field(page, "Address of link 1").fill("http://wiki.acme.example");
  await button(page, "Save").click();
  await expect(page.getByText(/^Each link needs a name/)).toBeVisible();
  await field(page, "Address of link 1").fill("https://wiki.acme.example");
  await button(page, "Save").click();
  await saved(page);
  await page.reload();
  await alive(page);
  await expect(field(page, "Address of link 1")).toHaveValue("https://wiki.acme.example/");
  await visit(stranger, "/acme");
  await expect(stranger.getByRole("link", { name: "4711" })).toBeVisible();
  await stranger.context().close();
});

test("who saved first is not overwritten, and nothing typed is lost", async ({ page, demo }) => {
  await visit(page, "/acme/console/notice");
  await field(page, "Message").fill("Mine");
  const now = await (await page.request.get(`${demo.url}/api/v1/company/notice`)).json();
  await page.request.put(`${demo.url}/api/v1/company/notice`, { data: { ...now, notice: "Theirs" } });
  await button(page, "Save").click();
  await expect(page.getByText(/^Somebody else saved this page meanwhile/)).toBeVisible();
  await expect(field(page, "Message")).toHaveValue("Mine");
  await button(page, "Show what they saved").click();
  await expect(field(page, "Message")).toHaveValue("Theirs");
  await field(page, "Message").fill("Ours");
  await button(page, "Save").click();
  await saved(page);
});

test("legal texts: previewed, published, every version kept", async ({ page, demo, browser }) => {
  await visit(page, "/acme/console/legal");
  const terms = page.getByRole("group", { name: "Terms of Service" });
  await terms.getByLabel("Text or address").fill("# Be kind\n\nEven on *Mondays*. <script>alert(1)</script>");
  await button(page, "Preview Terms of Service").click();
  const preview = page.getByRole("dialog", { name: "Preview: Terms of Service" });
  await expect(preview.getByRole("heading", { name: "Be kind" })).toBeVisible();
  await expect(preview).toContainText("<script>");
  await preview.getByRole("button", { name: "Close" }).click();
  await button(page, "Publish Terms of Service").click();
  await saved(page);
  const stranger = await (await browser.newContext({ baseURL: demo.url })).newPage();
  await visit(stranger, "/acme/terms");
  await expect(stranger.getByRole("heading", { name: "Be kind" })).toBeVisible();
  await stranger.context().close();
  const versions = page.locator("details.versions").first();
  await versions.getByText("Versions").click();
  await expect(versions.getByRole("listitem")).toHaveCount(2);
  await expect(versions.getByRole("listitem").first()).toContainText("Ada Admin");
  await button(page, "Show: Terms of Service, version 1").click();
  await expect(page.getByRole("dialog", { name: "Terms of Service, version 1" })).toBeVisible();
});

test("passwords and sessions: within bounds, with a proof for what asks less", async ({ page, demo }) => {
  await visit(page, "/acme/console/sessions");
  await field(page, "Longest session in minutes").fill("600");
  await expect(page.getByText("10 h 0 min")).toBeVisible();
  await field(page, "Minutes without activity").fill("700");
  await button(page, "Save").click();
  await expect(page.getByText("This must not be longer than the longest session.")).toBeVisible();
  await field(page, "Minutes without activity").fill("30");
  await field(page, "Characters of a password at least").fill("24");
  await button(page, "Save").click();
  await saved(page);
  const agent = demo.agent();
  const first = await page.request.post(`${demo.url}/api/v1/companies/acme/sign-in`, {
    data: { account: agent.account, password: PASSWORD },
  });
  expect(await first.json()).toMatchObject({ step: "change_password", minimum: 24 });
});

test("at 360 pixels every page can be used", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const name of ["company", "legal", "help-contact", "notice", "sessions"]) {
    await visit(page, `/acme/console/${name}`);
    await expect(page.locator(".save-bar").first()).toBeVisible();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, name).toBeLessThanOrEqual(0);
  }
});
