import { defineConfig } from "vite";

export default defineConfig({
  base: "/static/build/",
  build: {
    outDir: "../diba/web/static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    // Tabler's and our own CSS rely on nesting that older targets would rewrite; Chrome 123 is the oldest we draw for.
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    rolldownOptions: { input: ["src/main.ts", "src/charts.ts"] },
  },
});
