import { expect, it } from "vitest";

import { isSoftwareName } from "./probe-web-gl";

it("knows drawing by processor by its names", () => {
  expect(isSoftwareName("ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)")).toBe(true);
  expect(isSoftwareName("llvmpipe (LLVM 15.0.6, 256 bits)")).toBe(true);
  expect(isSoftwareName("ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)")).toBe(false);
});
