// Drives the endpoint with @aws-sdk/client-kms.
//
//     node client.mjs CASES RESULTS

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { KMSClient, KMSServiceException, VerifyCommand } = require("@aws-sdk/client-kms");
const { version } = require("@aws-sdk/client-kms/package.json");

const [, , cases, results] = process.argv;
const client = new KMSClient();

async function verify(request) {
  try {
    const response = await client.send(
      new VerifyCommand({
        ...request,
        Message: Buffer.from(request.Message, "base64"),
        Signature: Buffer.from(request.Signature, "base64"),
      }),
    );
    if (response.SignatureValid !== true) throw new Error("SignatureValid");
    return { valid: response.KeyId };
  } catch (error) {
    if (!(error instanceof KMSServiceException)) throw error;
    // The SDK has no class for ValidationException, and says "UnknownError" where KMS sends no message.
    const modelled = error.constructor !== KMSServiceException;
    const exception = modelled ? error.constructor.name : error.name;
    return { exception, message: error.message === "UnknownError" ? "" : error.message };
  }
}

const lines = [];
for (const line of readFileSync(cases, "utf8").trimEnd().split("\n")) {
  const { name, request } = JSON.parse(line);
  lines.push(`${JSON.stringify({ name, ...(await verify(request)) })}\n`);
}
writeFileSync(results, lines.join(""));
console.log(`@aws-sdk/client-kms ${version}, Node ${process.version}`);
