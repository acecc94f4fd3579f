// What the first visit's budget allows for a document (`xtask/src/test.rs`) is enough for the fullest one.
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { test } from "./support/buttons";
import { expect } from "./support/test";

const ALLOWED = 5 * 512;

function transferred(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { "accept-encoding": "gzip, br" } }, (answer) => {
      let bytes = 0;
      answer.on("data", (part: Buffer) => {
        bytes += part.length;
      });
      answer.on("end", () => resolve(bytes));
    });
    asked.on("error", reject);
    asked.end();
  });
}

// With every button that there can be.
test("a company's page is as small as its budget says", async ({ demo }) => {
  for (const path of ["/", "/acme", "/northwind"]) expect(await transferred(`${demo.url}${path}`), path).toBeLessThanOrEqual(ALLOWED);
});

test("the phone's library comes to companies with a phone alone, unchanged and with its licence", async ({ demo, request }) => {
  const page = async (alias: string) => (await request.get(`${demo.url}/${alias}`)).text();
  expect(await page("acme")).not.toContain("connect-streams");
  expect(await page("northwind")).not.toContain("connect-streams");
  const address = /\/assets\/connect-streams\.[0-9a-f]+\.js/.exec(await page("docs-example"))?.[0];
  const library = await request.get(`${demo.url}${address}`, { headers: { "accept-encoding": "br" } });
  expect(library.headers()["content-encoding"]).toBe("br");
  const published = "../frontend/node_modules/amazon-connect-streams/release/connect-streams-min.js";
  expect((await library.body()).equals(await readFile(fileURLToPath(new URL(published, import.meta.url))))).toBe(true);
  const licence = /<([^>]+)>; rel="license"/.exec(library.headers().link ?? "")?.[1];
  const told = await (await request.get(`${demo.url}${licence}`)).text();
  for (const words of ["amazon-connect-streams", "Apache License", "Permission is hereby granted"]) expect(told).toContain(words);
});
