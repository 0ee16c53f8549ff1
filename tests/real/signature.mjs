// Checks the signature of a WACZ as replayers in a browser do: Web Crypto, ECDSA on P-384 with SHA-256.
//
//   node signature.mjs < datapackage-digest.json
import { readFileSync } from "node:fs";

const { signedData } = JSON.parse(readFileSync(0, "utf-8"));
const kind = { name: "ECDSA", namedCurve: "P-384" };
const key = await crypto.subtle.importKey("spki", Buffer.from(signedData.publicKey, "base64"), kind, true, ["verify"]);
const signature = Buffer.from(signedData.signature, "base64");
const text = new TextEncoder().encode(signedData.hash);
console.log(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, text));
