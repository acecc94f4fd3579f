// Two regions: two servers with databases of their own. Who is in the wrong one is one click away from the right one.
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { anna, SECRET, Several } from "./support/several";
import { alive, button, type Complaints, enterPassword, expect, field, heading, link, test, visit } from "./support/test";

const NAME = "northwind-eu";

interface Regions {
  page: Page;
  europe: Several;
  america: Several;
}

async function twoRegions(
  browser: Browser,
  complaints: Complaints,
  javaScriptEnabled: boolean,
  walk: (regions: Regions) => Promise<void>,
): Promise<void> {
  const europe = await Several.start([NAME], { CALLGATE_REGION: "Europe" });
  let america: Several | undefined;
  let context: BrowserContext | undefined;
  try {
    europe.served.command("company", "domain", NAME, `${NAME}.example`);
    america = await Several.start(["initech"], {
      CALLGATE_REGION: "America",
      CALLGATE_REGIONS: `Europe=${europe.url}`,
    });
    context = await browser.newContext({ locale: "en-GB", baseURL: america.url, javaScriptEnabled });
    complaints.listen(context);
    complaints.allow(/^answer 404: GET \/(northwind-eu)?$/, /^answer 401: POST \/$/);
    if (!javaScriptEnabled) complaints.allow(/^request failed: \S+\.js: csp$/);
    await walk({ page: await context.newPage(), europe, america });
    expect(complaints.take()).toEqual([]);
  } finally {
    await context?.close();
    await america?.stop();
    await europe.stop();
  }
}

test("a company of another region is one click away", async ({ browser, complaints }) => {
  test.setTimeout(120_000);
  await twoRegions(browser, complaints, true, async ({ page, europe }) => {
    await test.step("the finder says where it is", async () => {
      await visit(page, "/");
      await field(page, "Company name or instance alias").fill(" Northwind-EU ");
      await button(page, "Continue").click();
      await expect(page.getByText("This company is in region Europe.")).toBeVisible();
      await link(page, "Go to region Europe").click();
      await page.waitForURL(`${europe.url}/${NAME}`);
      await alive(page);
      await expect(page.getByText("Region Europe").or(page.getByText("Europe", { exact: true })).first()).toBeVisible();
      await enterPassword(page, "anna", SECRET);
      await page.waitForURL(`**/${NAME}/desk`);
    });

    await test.step("so does its page in the wrong region", async () => {
      await visit(page, `/${NAME}`);
      await expect(heading(page, "This company is in another region")).toBeVisible();
      await expect(link(page, "Go to region Europe")).toHaveAttribute("href", `${europe.url}/${NAME}`);
    });

    await test.step("an e-mail address leads to the region of its domain, whoever has it", async () => {
      for (const email of [anna(NAME), `nobody@${NAME}.example`]) {
        await visit(page, "/");
        await field(page, "Username").fill(email);
        await field(page, "Password").fill(SECRET);
        await button(page, "Submit").click();
        await expect(page.getByText("Addresses of this domain sign in in another region.")).toBeVisible();
        await expect(link(page, "Go to region Europe")).toHaveAttribute("href", `${europe.url}/`);
      }
    });

    await test.step("a region that is gone changes nothing here", async () => {
      await europe.served.kill();
      await visit(page, "/");
      await field(page, "Company name or instance alias").fill("northwind-uk");
      await button(page, "Continue").click();
      await expect(page.getByText("We know no company by that name.")).toBeVisible();
      await field(page, "Company name or instance alias").fill("initech");
      await button(page, "Continue").click();
      await page.waitForURL("**/initech");
    });
  });
});

test("the same without scripts", async ({ browser, complaints }) => {
  test.setTimeout(120_000);
  await twoRegions(browser, complaints, false, async ({ page, europe }) => {
    await page.goto("/");
    await field(page, "Company name or instance alias").fill(NAME);
    await button(page, "Continue").click();
    await expect(page.getByText("This company is in region Europe.")).toBeVisible();
    await expect(link(page, "Go to region Europe")).toHaveAttribute("href", `${europe.url}/${NAME}`);
    await field(page, "Username").fill(anna(NAME));
    await field(page, "Password").fill(SECRET);
    await button(page, "Submit").click();
    await expect(page.getByText("Addresses of this domain sign in in another region.")).toBeVisible();
    await link(page, "Go to region Europe").click();
    await page.waitForURL(`${europe.url}/`);
  });
});
