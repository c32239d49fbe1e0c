import { defineConfig } from "vitest/config";

const isCi = process.env["CI"] === "true";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 120_000,
    maxWorkers: 2,
    reporters: isCi ? ["default", ["json", { outputFile: ".cache/tests.json" }]] : ["default"],
  },
});
