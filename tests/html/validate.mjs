// Holds pages to the rules of HTML: `node validate.mjs PAGE…`.

import { FileSystemConfigLoader, HtmlValidate } from "html-validate";

const validator = new HtmlValidate(
  new FileSystemConfigLoader([], {
    root: true,
    extends: ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
    rules: {
      // A place is named by path and line: `doc/guide.md:11`.
      "valid-id": ["error", { relaxed: true }],
      // The style and the script stand in the page; it is one file.
      "require-csp-nonce": "off",
    },
  }),
);

let wrong = 0;
for (const page of process.argv.slice(2)) {
  const report = await validator.validateFile(page);
  for (const message of report.results.flatMap((result) => result.messages)) {
    wrong += 1;
    if (wrong <= 20) console.log(`${page}:${message.line}:${message.column}: ${message.message} (${message.ruleId})`);
  }
}
console.log(`${process.argv.length - 2} pages, ${wrong} errors`);
process.exit(wrong === 0 ? 0 : 1);
