// The browser, the server, and what is true of every page.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";

import { chromium } from "playwright-core";

// Set by scripts/test-page.
export const { PAGE_URL, PAGE_WORK, KMS_VERIFY, CHROMIUM, SCREENSHOTS, VECTORS } = process.env;

/** The directory of a captured signature of KMS, by its name. */
export const p256 = "stackd-ecc_nist_p256-ecdsa_sha_256-raw1";
export const rsa = "stackd-rsa_2048-rsassa_pss_sha_256-raw";
export const file = (vector, name) => path.join(VECTORS, vector, name);
export const bytes = (vector, name) => fs.readFileSync(file(vector, name));
export const pem = (vector) => bytes(vector, "public_key.pem").toString();
export const base64 = (vector) => bytes(vector, "signature.bin").toString("base64");

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
export const start = async () => (browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] }));
export const stop = () => browser.close();

/** Runs a test with a page of its own. Nothing may be wrong with it at the end: no error, no request to elsewhere. */
export async function withPage(options, test) {
    const context = await browser.newContext({ acceptDownloads: true, ...options });
    const page = await context.newPage();
    const wrong = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(message.text()));
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("dialog", (dialog) => wrong.push(`dialog: ${dialog.message()}`));
    page.on("requestfailed", (request) => {
        // What the browser itself gave up: the rest of a page that is left, and the page in whose place a file came.
        const { errorText } = request.failure();
        if (errorText !== "net::ERR_ABORTED") wrong.push(`${request.url()} failed: ${errorText}`);
    });
    context.on("request", (request) => request.url().startsWith(`${PAGE_URL}/`) || wrong.push(`request: ${request.url()}`));
    try {
        await page.goto(`${PAGE_URL}/`);
        await test(page);
        assert.deepEqual(wrong, options.expected ?? []);
    } finally {
        await context.close();
    }
}

/** Fills in fields by their names: text, the path of a file, or the option of a choice. */
export async function fill(page, fields) {
    for (const [name, value] of Object.entries(fields)) {
        const field = page.locator(`[name="${name}"]`);
        if (name.endsWith("_text")) await field.fill(value);
        else if (name.endsWith("_file")) await field.setInputFiles(value);
        else await field.selectOption(value);
    }
}

/** Sends the form, and returns the text of the answer. */
export async function verify(page) {
    // Nothing is in the place of the answer until the new one is.
    await page.evaluate(() => document.querySelector("#answer .verdict")?.remove()).catch(() => {});
    await page.getByRole("button", { name: "Verify" }).click();
    await page.locator("#answer .verdict").waitFor();
    return page.locator("#answer").innerText();
}

export function assertHas(text, ...all) {
    for (const words of all) assert.ok(text.includes(words), `"${words}" is not in: ${text}`);
}

/** Downloads what a button offers, and returns the path of the file. */
export async function download(page, name) {
    const [downloaded] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    const saved = path.join(PAGE_WORK, `${Date.now()}-${downloaded.suggestedFilename()}`);
    await downloaded.saveAs(saved);
    return saved;
}

/** The command's exit status. */
export function kmsVerify(...args) {
    try {
        execFileSync(KMS_VERIFY, args, { stdio: "pipe" });
        return 0;
    } catch (error) {
        return error.status;
    }
}

/** No violation of accessibility rules. */
export async function assertAccessible(page, what) {
    await page.evaluate(axe);
    // Without tags, the rules of WCAG 2.2 would be left out.
    const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await page.evaluate((values) => globalThis.axe.run({ runOnly: { type: "tag", values } }), values);
    const shown = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`);
    assert.deepEqual(shown, [], what);
}

export async function screenshot(page, name) {
    if (SCREENSHOTS) await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
