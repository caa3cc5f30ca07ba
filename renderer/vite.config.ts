import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The page of both hosts: relative addresses, everything in files, nothing inline (the policy in index.html). */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../out/renderer",
    emptyOutDir: true,
    target: "chrome140",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // kB; the page comes from the disk of the same machine, so one file loads faster than several
    chunkSizeWarningLimit: 2000,
  },
});
