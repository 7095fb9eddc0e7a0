import { defineConfig } from "vite";

// The workers of the guard's page stand under fixed names: the server gives them from addresses beside the page's.
const WORKERS: Record<string, string> = { "src/gate/sw.ts": "gate-sw.js", "src/gate/copying.ts": "gate-copying.js" };

export default defineConfig({
  base: "/static/build/",
  build: {
    outDir: "../diba/web/static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    // Tabler's and our own CSS rely on nesting that older targets would rewrite; Chrome 123 is the oldest we draw for.
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    rolldownOptions: {
      input: ["src/main.ts", "src/charts.ts", "src/gate/post.ts", ...Object.keys(WORKERS)],
      output: { entryFileNames: (chunk) => Object.entries(WORKERS).find(([source]) => chunk.facadeModuleId?.endsWith(source))?.[1] ?? "assets/[name]-[hash].js" },
    },
  },
});
