import { defineConfig } from "vite";

// The service worker of the guard's page stands under a fixed name: the server gives it from an address of its own.
const SERVICE_WORKER = "src/gate/sw.ts";

export default defineConfig({
  base: "/static/build/",
  build: {
    outDir: "../diba/web/static/build",
    emptyOutDir: true,
    manifest: "manifest.json",
    // Tabler's and our own CSS rely on nesting that older targets would rewrite; Chrome 123 is the oldest we draw for.
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    rolldownOptions: {
      input: ["src/main.ts", "src/charts.ts", "src/gate/post.ts", SERVICE_WORKER],
      output: { entryFileNames: (chunk) => (chunk.facadeModuleId?.endsWith(SERVICE_WORKER) ? "gate-sw.js" : "assets/[name]-[hash].js") },
    },
  },
});
