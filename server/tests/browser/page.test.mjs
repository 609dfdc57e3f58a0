// The page in a browser: each kind of answer, by mouse, by keyboard, by drag and drop, and without scripts.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";

import * as t from "./support.mjs";

before(t.start);
after(t.stop);

const light = { colorScheme: "light", viewport: { width: 1280, height: 900 } };
const phone = { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** A message whose end was not signed. */
const newline = () => `${t.bytes(t.p256, "message.bin")}\n`;

/** Fields for each kind of answer, and words of the answer. */
const kinds = {
    valid: [
        { public_key_text: t.pem(t.p256), message_file: t.file(t.p256, "message.bin"), signature_text: t.base64(t.p256) },
        ["Valid", "ECDSA_SHA_256", "signature-is-base64"],
    ],
    repaired: [
        { public_key_text: t.pem(t.p256), message_text: newline(), signature_text: t.base64(t.p256) },
        ["Not valid", "KMSInvalidSignatureException", "message-trailing-newline", "certain", "Download the message"],
    ],
    unexplained: [
        { public_key_text: t.pem(t.p256), message_text: "another", signature_file: t.file(t.p256, "signature.bin") },
        ["Not valid", "wrong-key", "perhaps"],
    ],
    rejected: [
        { public_key_text: t.bytes(t.p256, "public_key.der").toString("hex"), signature_text: t.base64(t.p256) },
        ["Key rejected", "public-key-encoding", "Download the public key"],
    ],
    incompatible: [
        { public_key_text: t.pem(t.p256), signature_text: t.base64(t.p256), algorithm: "RSASSA_PSS_SHA_256" },
        ["Not valid", "InvalidKeyUsageException", "key-is-for-another-algorithm"],
    ],
    ring: [
        {
            ring_key: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            message_file: t.file(t.p256, "message.bin"),
            signature_file: t.file(t.p256, "signature.bin"),
        },
        ["Valid", "key ring", "1234abcd-12ab-34cd-56ef-1234567890ab"],
    ],
    incomplete: [{}, ["Not complete", "There is no public key.", "There is no signature."]],
};

for (const [kind, [fields, words]] of Object.entries(kinds)) {
    test(`answer: ${kind}`, () =>
        t.withPage(light, async (page) => {
            await t.fill(page, fields);
            t.assertHas(await t.verify(page), ...words);
            // The answer is read out, and is where the keyboard is.
            assert.equal(await page.evaluate(() => document.activeElement.id), "answer-title");
            assert.equal(await page.locator("#answer").getAttribute("aria-live"), "polite");
        }));
}

test("a token", () =>
    t.withPage(light, async (page) => {
        const { publicKey, privateKey } = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
        const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
        const signed = `${part({ alg: "ES256" })}.${part({ sub: "someone" })}`;
        const signature = crypto.sign("sha256", signed, { key: privateKey, dsaEncoding: "ieee-p1363" });
        const token = `${signed}.${signature.toString("base64url")}`;
        await t.fill(page, { public_key_text: publicKey.export({ type: "spki", format: "pem" }), signature_text: token });
        t.assertHas(await t.verify(page), "Valid", "JWT", '{"sub":"someone"}', "was not checked");
        await t.fill(page, { signature_text: token.replace(".ey", ".fy") });
        t.assertHas(await t.verify(page), "Not valid");
    }));

test("repaired inputs are downloaded, and the command accepts them", () =>
    t.withPage(light, async (page) => {
        const rest = ["--signature", `fileb://${t.file(t.p256, "signature.bin")}`, "--signing-algorithm", "ECDSA_SHA_256"];
        const verified = (key, message) =>
            t.kmsVerify("verify", "--public-key", key, "--message", `fileb://${message}`, ...rest);
        const [key, message] = [t.file(t.p256, "public_key.pem"), t.file(t.p256, "message.bin")];

        await t.fill(page, kinds.repaired[0]);
        await t.verify(page);
        const given = path.join(t.PAGE_WORK, "given");
        fs.writeFileSync(given, newline());
        assert.notEqual(verified(key, given), 0);
        assert.equal(verified(key, await t.download(page, "Download the message")), 0);

        await t.fill(page, kinds.rejected[0]);
        await t.verify(page);
        assert.equal(verified(await t.download(page, "Download the public key"), message), 0);
    }));

test("what is given is recognized at once, and the key offers its algorithms", () =>
    t.withPage(light, async (page) => {
        const option = page.locator("#algorithm option").first();
        await t.fill(page, { public_key_text: t.pem(t.rsa) });
        await page.locator("#look-public_key", { hasText: "RSA_2048 key" }).waitFor();
        assert.equal(await option.innerText(), "Any of the 6 of the key");
        await t.fill(page, { algorithm: "RSASSA_PSS_SHA_384", public_key_text: t.pem(t.p256) });
        await page.locator("#look-public_key", { hasText: "ECC_NIST_P256 key" }).waitFor();
        assert.equal(await option.innerText(), "The key's: ECDSA_SHA_256");
        // The choice is kept.
        assert.equal(await page.locator("#algorithm").inputValue(), "RSASSA_PSS_SHA_384");
        await t.fill(page, { signature_text: t.base64(t.rsa) });
        await page.locator("#look-signature", { hasText: "RSA_2048 signature" }).waitFor();
        await t.fill(page, { signature_file: t.file(t.p256, "signature.bin") });
        await page.locator("#look-signature", { hasText: "given twice" }).waitFor();
        await page.locator("#part-signature .remove").click();
        await page.locator("#look-signature", { hasText: "base64 text" }).waitFor();
        assert.equal(await page.locator("#part-signature .remove").isVisible(), false);
        await t.fill(page, { public_key_text: "" });
        await page.locator("#look-public_key:empty").waitFor({ state: "attached" });
    }));

test("what is chosen while the key is being recognized is kept", () =>
    t.withPage(light, async (page) => {
        let go;
        const chosen = new Promise((resolve) => (go = resolve));
        await page.route("**/page/look", async (route) => {
            await chosen;
            await route.continue();
        });
        await t.fill(page, { public_key_text: t.pem(t.rsa) });
        await page.waitForRequest("**/page/look");
        await t.fill(page, { algorithm: "RSASSA_PSS_SHA_384" });
        await page.locator("#algorithm").focus();
        go();
        await page.locator("#look-public_key", { hasText: "RSA_2048 key" }).waitFor();
        assert.equal(await page.locator("#algorithm").inputValue(), "RSASSA_PSS_SHA_384");
        assert.equal(await page.evaluate(() => document.activeElement.id), "algorithm");
    }));

test("an answer says that the form has changed since", () =>
    t.withPage(light, async (page) => {
        await t.fill(page, kinds.valid[0]);
        await t.verify(page);
        await t.fill(page, { signature_text: "AAAA" });
        t.assertHas(await page.locator("#answer").innerText(), "The form has changed since this answer.");
        t.assertHas(await t.verify(page), "Not valid");
        assert.equal(await page.locator(".changed").count(), 0);
    }));

test("the advice is in the language that was chosen, also in the next answer", () =>
    t.withPage(light, async (page) => {
        await t.fill(page, kinds.valid[0]);
        t.assertHas(await t.verify(page), "base64 --decode");
        await page.getByLabel("Go", { exact: true }).check();
        t.assertHas(await page.locator(".findings").innerText(), "base64.StdEncoding.DecodeString");
        const next = await t.verify(page);
        t.assertHas(next, "base64.StdEncoding.DecodeString");
        assert.ok(!next.includes("base64 --decode"));
    }));

/** Drags a file from outside of the browser to the middle of an element, and drops it. */
async function drop(page, selector, file) {
    const box = await page.locator(selector).boundingBox();
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const client = await page.context().newCDPSession(page);
    for (const type of ["dragEnter", "dragOver", "drop"]) {
        const data = { items: [], files: [file], dragOperationsMask: 1 };
        await client.send("Input.dispatchDragEvent", { type, ...at, data });
    }
}

test("drag and drop", () =>
    t.withPage({ ...light, viewport: { width: 1280, height: 1400 } }, async (page) => {
        await drop(page, "#part-public_key", t.file(t.p256, "public_key.der"));
        await page.locator("#look-public_key", { hasText: "ECC_NIST_P256 key" }).waitFor();
        await drop(page, "#message_text", t.file(t.p256, "message.bin"));
        await page.locator("#look-message", { hasText: "27 bytes" }).waitFor();
        await drop(page, "#part-signature", t.file(t.p256, "signature.bin"));
        await page.locator("#look-signature", { hasText: "in DER" }).waitFor();
        // Beside the parts, nothing happens.
        await drop(page, "#answer", t.file(t.p256, "message.bin"));
        assert.equal(page.url(), `${t.PAGE_URL}/`);
        t.assertHas(await t.verify(page), "Valid", "public_key.der");
    }));

test("keyboard only", () =>
    t.withPage(light, async (page) => {
        const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
        /** Presses Tab until this has the focus, which must be visible at each stop. */
        const tabTo = async (id) => {
            for (let stops = 0; stops < 30; stops++) {
                await page.keyboard.press("Tab");
                const visible = await page.evaluate(() => {
                    const outlined = (element) => element && getComputedStyle(element).outlineStyle !== "none";
                    const active = document.activeElement;
                    return active === document.body || outlined(active) || outlined(active.nextElementSibling);
                });
                assert.ok(visible, `the focus of ${await focused()} is not visible`);
                if ((await focused()) === id) return;
            }
            assert.fail(`${id} is not reached`);
        };
        await tabTo("ring_key");
        await tabTo("public_key_text");
        await page.keyboard.insertText(t.pem(t.p256));
        await tabTo("message_text");
        await page.keyboard.insertText(newline());
        await tabTo("signature_text");
        await page.keyboard.insertText(t.base64(t.p256));
        await tabTo("algorithm");
        await tabTo("message_type");
        await tabTo("Verify");
        await page.keyboard.press("Enter");
        await page.locator(".verdict").waitFor();
        assert.equal(await focused(), "answer-title");
        await tabTo("tongue-shell");
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press("ArrowRight");
        assert.equal(await focused(), "tongue-python");
        t.assertHas(await page.locator(".findings").innerText(), "Pass the first 27 bytes.");
        await tabTo("Download the message");
        const [downloaded] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
        assert.equal(downloaded.suggestedFilename(), "message.bin");
        // From any field.
        await page.locator("#message_text").focus();
        await page.keyboard.press("Backspace");
        await page.keyboard.press("Control+Enter");
        await page.locator(".verdict.valid, .verdict.invalid:not(.stale *)").waitFor();
    }));

test("without scripts", () =>
    t.withPage({ ...light, javaScriptEnabled: false }, async (page) => {
        for (const [kind, [fields, words]] of Object.entries(kinds)) {
            await page.goto(`${t.PAGE_URL}/`);
            await t.fill(page, fields);
            await page.getByRole("button", { name: "Verify" }).click();
            await page.waitForURL("**/page/answer#answer-title");
            t.assertHas(await page.locator("#answer").innerText(), ...words);
            for (const [name, value] of Object.entries(fields)) {
                const kept = page.locator(`[name="${name}"]`);
                if (name.endsWith("_file")) t.assertHas(await page.locator("form").innerText(), "Choose it again");
                else assert.equal(await kept.inputValue(), value, `${kind}: ${name}`);
            }
        }
        await page.goto(`${t.PAGE_URL}/`);
        await t.fill(page, kinds.repaired[0]);
        await page.getByRole("button", { name: "Verify" }).click();
        await page.getByLabel("Python").check({ force: true });
        t.assertHas(await page.locator(".findings").innerText(), "Pass the first 27 bytes.");
        const message = await t.download(page, "Download the message");
        assert.deepEqual(fs.readFileSync(message), t.bytes(t.p256, "message.bin"));
        // Again with what the page kept.
        await page.getByRole("button", { name: "Verify" }).click();
        t.assertHas(await page.locator("#answer").innerText(), "message-trailing-newline", "Pass the first 27 bytes.");
    }));

test("hostile text and names of files are only text", () =>
    t.withPage(light, async (page) => {
        const hostile = "</textarea><img src=x onerror=alert(1)><script>alert(2)</script>";
        const name = `<img src=x onerror=alert(3)>\u202e.pem`;
        const buffer = Buffer.from(hostile);
        await t.fill(page, {
            public_key_file: { name, mimeType: "text/plain", buffer },
            message_text: hostile,
            signature_text: hostile,
        });
        t.assertHas(await t.verify(page), "Key rejected", "<img src=x onerror=alert(3)>\\u{202e}.pem");
        assert.equal(await page.locator("img").count(), 0);
    }));

const closed = [
    `${t.PAGE_URL}/page/answer failed: net::ERR_CONNECTION_CLOSED`,
    "Failed to load resource: net::ERR_CONNECTION_CLOSED",
];

test("a server that does not answer", () =>
    t.withPage({ ...light, expected: closed }, async (page) => {
        await page.route("**/page/answer", (route) => route.abort("connectionclosed"));
        await page.getByRole("button", { name: "Verify" }).click();
        t.assertHas(await page.locator("#answer .verdict").innerText(), "No answer");
        assert.equal(await page.evaluate(() => document.activeElement.id), "answer-title");
    }));

const all = Object.keys(kinds);
const looks = {
    light: [light, all],
    dark: [{ ...light, colorScheme: "dark" }, all],
    phone: [phone, ["repaired", "rejected"]],
    "phone-dark": [{ ...phone, colorScheme: "dark" }, ["valid"]],
};

for (const [look, [options, shown]] of Object.entries(looks)) {
    test(`accessible, and no wider than the window: ${look}`, () =>
        t.withPage(options, async (page) => {
            await t.assertAccessible(page, "empty");
            await t.screenshot(page, `${look}-empty`);
            for (const kind of shown) {
                await page.goto(`${t.PAGE_URL}/`);
                await t.fill(page, kinds[kind][0]);
                await t.verify(page);
                await t.assertAccessible(page, kind);
                await t.screenshot(page, `${look}-${kind}`);
                const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
                assert.equal(wider, false, kind);
            }
            // WCAG 2.2, 1.4.10.
            await page.setViewportSize({ width: 320, height: 640 });
            assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
        }));
}
