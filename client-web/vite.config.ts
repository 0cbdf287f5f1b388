// Builds the page into dist/ and runs its unit tests. `npm run dev` serves it with hot reload against a running `slipstream dev`.
import { defineConfig } from 'vitest/config';

// The development server hands everything but the page to the game server; WebTransport goes there directly.
const gameServer = process.env['GAME_SERVER'] ?? 'http://127.0.0.1:8080';
const toGameServer = { target: gameServer, changeOrigin: true };

export default defineConfig({
  base: '/',
  build: {
    target: 'es2022',
    // Files of ours that change carry their hash in the name, so they can be cached for ever.
    assetsDir: 'assets',
    sourcemap: true,
    // The renderer is one big library; its size is watched by `cargo xtask test`, not by a warning here.
    chunkSizeWarningLimit: 1200,
  },
  worker: { format: 'es' },
  server: {
    port: 5173,
    proxy: { '/api': toGameServer, '/healthz': toGameServer, '/readyz': toGameServer },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts'],
    passWithNoTests: true,
  },
});
