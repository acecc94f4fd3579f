// Creating a company: from the start page to a first shift, bad inputs, the operator's yes, and the card on paper.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, Served } from "./support/callgate";
import { found, freshCompany, openingLink } from "./support/founding";
import { MailServer } from "./support/mail";
import {
  alive,
  becomeAdministrator,
  button,
  enterCode,
  expect,
  field,
  heading,
  link,
  PASSWORD,
  test,
  visit,
} from "./support/test";

test("somebody creates a company, opens it by mail and gets it ready", async ({ page, demo }) => {
  const { alias, name, email } = freshCompany();
  await visit(page, "/");
  await link(page, "Create a company").click();
  await expect(heading(page, "Create a company")).toBeVisible();
  await alive(page);
  await field(page, "Company name").fill(name);
  await expect(field(page, "Alias")).toHaveValue(alias);
  await expect(page.getByText(`${alias} is free.`)).toBeVisible();
  await expect(field(page, "Time zone")).toHaveValue("Europe/Berlin");
  await field(page, "Your name").fill("Bill Lumbergh");
  await field(page, "Your e-mail").fill(email);
  await button(page, "Create company").click();
  await expect(heading(page, `${name} is created`)).toBeFocused();
  await expect(page.getByText(`We sent a link to ${email}.`)).toBeVisible();
  await expect(link(page, `${demo.url}/${alias}`)).toBeVisible();
  await expect(button(page, "Copy the login URL")).toBeVisible();
  await expect(page.getByRole("img", { name: "QR code of the login URL" })).toBeVisible();
  await page.reload();
  await expect(heading(page, `${name} is created`)).toBeVisible();

  // A scanner looks at the link first.
  const address = await openingLink(demo, { alias, name, email });
  await page.request.get(address);
  await visit(page, address);
  await field(page, "New password").fill(PASSWORD);
  await button(page, "Set password").click();
  await expect(heading(page, "Input authentication code")).toBeVisible();
  await enterCode(page, await demo.mail.code(email));
  await page.waitForURL(`**/${alias}/console/users`);
  await alive(page);

  const list = page.getByRole("region", { name: "Get ready" });
  await expect(list.getByText("0 of 6 done")).toBeVisible();
  await expect(list.getByText("Connect the phone")).toHaveCount(0);
  await button(page, "Send test mail").click();
  await demo.mail.wait(email, /^A test mail from/);
  await expect(list.getByText("1 of 6 done")).toBeVisible();
  await list.getByLabel("Share the login URL").check();
  await list.getByLabel("Review the default list").check();
  await expect(list.getByText("3 of 6 done")).toBeVisible();

  await button(page, "Not now").click();
  await expect(list).toHaveCount(0);
  await page.reload();
  await alive(page);
  await button(page, "Get ready (3 of 6 done)").click();
  await list.getByRole("link", { name: "2FA Policy" }).click();
  await expect(heading(page, "2FA Policy")).toBeVisible();
  await button(page, "Save").click();
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "User Management" }).click();
  await expect(list.getByText("4 of 6 done")).toBeVisible();
  await list.getByRole("link", { name: "Security Settings" }).click();
  await alive(page);
  await button(page, "Make new codes").click();
  const codes = await page.getByRole("list", { name: "Backup codes" }).getByRole("listitem").allTextContents();
  await field(page, "Type one code").fill(codes[2] as string);
  await button(page, "Done").click();
  await expect(page.getByText("Backup codes saved.")).toBeVisible();
  await visit(page, `/${alias}/console/users`);
  await expect(list.getByText("5 of 6 done")).toBeVisible();
  const added = await page.request.post("/api/v1/users", {
    data: { name: "Milton Waddams", email: `milton@${alias}.example`, roles: ["agent"], invite: true },
    headers: { origin: demo.url },
  });
  expect(added.status(), await added.text()).toBe(201);
  await visit(page, `/${alias}/console/users`);
  await expect(heading(page, "User Management")).toBeVisible();
  await expect(list).toHaveCount(0);
  await page.reload();
  await expect(heading(page, "User Management")).toBeVisible();
  await expect(list).toHaveCount(0);
});

test("what is wrong is said where it is wrong, and nothing typed is lost", async ({ page }) => {
  await visit(page, "/onboarding");
  await button(page, "Create company").click();
  await expect(field(page, "Company name")).toBeFocused();
  await expect(page.getByText("Type the company's name.")).toBeVisible();
  await field(page, "Company name").fill("ACME Support");
  await expect(field(page, "Alias")).toHaveValue("acme-support");
  for (const [alias, said] of [
    ["ac", "Use at least 3 characters."],
    ["Ac me", "Use only a to z, digits and hyphens."],
    ["api", "This is a page of Callgate itself."],
    ["acme", "This alias is taken."],
  ] as const) {
    await field(page, "Alias").fill(alias);
    await expect(page.getByText(said)).toBeVisible();
  }
  await button(page, "Use acme-support").click();
  await expect(page.getByText("acme-support is free.")).toBeVisible();
  await field(page, "Amazon Connect address").fill("http://acme.my.connect.aws");
  await field(page, "Your name").fill("Ada");
  await field(page, "Your e-mail").fill("ada@acme");
  await button(page, "Create company").click();
  await expect(field(page, "Amazon Connect address")).toBeFocused();
  await field(page, "Amazon Connect address").fill("");
  await field(page, "Your e-mail").fill("ada@acme.example");
  await button(page, "Create company").click();
  await expect(page.getByText("Another company has this name")).toBeVisible();
  await expect(field(page, "Company name")).toBeFocused();
  await expect(field(page, "Your e-mail")).toHaveValue("ada@acme.example");
});

test("nobody is in before the company is open", async ({ page, demo }) => {
  const { alias, name } = await found(page.request, demo);
  await visit(page, `/${alias}`);
  await expect(heading(page, name)).toBeVisible();
  await expect(page.getByText(/not open yet/)).toBeVisible();
  await expect(button(page, "Sign in")).toHaveCount(0);
});

test("the card fits on a sheet of A5, and nothing else is on it", async ({ page }) => {
  await visit(page, "/acme/floor-card");
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const text = pdf.toString("latin1");
  expect(text.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  // 148 by 210 mm in points.
  const [, width, height] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(text) ?? [];
  expect(Math.round(Number(width))).toBeLessThanOrEqual(421);
  expect(Math.round(Number(height))).toBeLessThanOrEqual(596);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("region", { name: "Floor card" })).toBeVisible();
  await expect(button(page, "Print floor card")).toBeHidden();
  await expect(page.getByRole("region", { name: "Floor card" }).getByText("4000")).toBeVisible();
});

test("companies of old are through with getting ready", async ({ page, context, demo }) => {
  await becomeAdministrator(context, demo);
  await visit(page, "/acme/console/users");
  await expect(page.getByRole("table").getByRole("link").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Get ready" })).toHaveCount(0);
});

test.describe("scripts off", () => {
  test.use({ javaScriptEnabled: false });

  test("the form does the same", async ({ page, complaints, demo }) => {
    complaints.allow(/^request failed: \S+\.js: csp$/, /^answer 409: POST \/onboarding/);
    const { alias, name, email } = freshCompany();
    await page.goto("/onboarding");
    await field(page, "Company name").fill(name);
    await field(page, "Alias").fill("acme");
    await field(page, "Time zone").selectOption("Europe/Berlin");
    await field(page, "Your name").fill("Bill");
    await field(page, "Your e-mail").fill(email);
    await button(page, "Create company").click();
    await expect(page.getByText("This alias is taken.")).toBeVisible();
    await expect(field(page, "Company name")).toHaveValue(name);
    await expect(field(page, "Time zone")).toHaveValue("Europe/Berlin");
    await field(page, "Alias").fill(alias);
    await button(page, "Create company").click();
    await expect(heading(page, `${name} is created`)).toBeVisible();
    await openingLink(demo, { alias, name, email });
  });
});

test("where the operator decides, the link comes with the yes; where nobody may, the page says so", async ({ page, complaints }) => {
  complaints.allow(/^answer 404: GET \/onboarding/);
  const folder = mkdtempSync(join(tmpdir(), "callgate-"));
  const mail = new MailServer();
  await mail.start();
  const url = `http://127.0.0.1:${await freePort()}`;
  const settings = {
    CALLGATE_LISTEN: url.slice("http://".length),
    CALLGATE_DATA_DIR: folder,
    CALLGATE_SMTP_URL: mail.url,
    CALLGATE_MAIL_FROM: "callgate@callgate.example",
    CALLGATE_REGION: "Europe",
  };
  const server = new Served(url, { ...settings, CALLGATE_ONBOARDING: "approve" });
  const closed = new Served(url, settings);
  try {
    await server.start();
    const { alias, name, email } = freshCompany();
    await visit(page, `${url}/onboarding`);
    await expect(field(page, "Region")).toHaveValue("Europe");
    await field(page, "Company name").fill(name);
    await field(page, "Your name").fill("Bill");
    await field(page, "Your e-mail").fill(email);
    await expect(page.getByText(`${alias} is free.`)).toBeVisible();
    await button(page, "Create company").click();
    await expect(heading(page, `${name} is asked for`)).toBeVisible();
    expect(mail.all(email)).toEqual([]);
    expect(server.command("company", "list")).toContain("waiting for your yes");
    expect(server.command("company", "approve", alias)).toContain("/invitation?token=");
    const letter = await mail.wait(email, /set your password/);
    await visit(page, /http:\/\/\S+\/invitation\S+/.exec(letter.text)?.[0] ?? "no link");
    await expect(heading(page, "Set your password")).toBeVisible();
    await server.stop();

    await closed.start();
    await visit(page, `${url}/onboarding`);
    await expect(heading(page, "Companies are not created here")).toBeVisible();
    await visit(page, `${url}/`);
    await expect(link(page, "Create a company")).toHaveCount(0);
  } finally {
    await server.stop();
    await closed.stop();
    await mail.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
