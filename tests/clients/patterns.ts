// Compiles each pattern of the document as JavaScript does.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const document: unknown = JSON.parse(readFileSync("generated/openapi.json", "utf8"));
const patterns = new Set<string>();

function collect(node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  if ("pattern" in node && typeof node.pattern === "string") patterns.add(node.pattern);
  Object.values(node).forEach(collect);
}

collect(document);
assert.ok(patterns.size > 10);
for (const pattern of patterns) new RegExp(pattern, "u");
console.log(`patterns: ${patterns.size} compile in JavaScript`);
