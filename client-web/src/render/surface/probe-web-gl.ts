/** Whether WebGL is there, and whether a graphics card or the processor does its work. */

export type WebGlKind = "none" | "software" | "card";

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export function isSoftwareName(renderer: string): boolean {
  return SOFTWARE.test(renderer);
}

export function probeWebGl(): WebGlKind {
  const canvas = document.createElement("canvas");
  const gl = canvas.getContext("webgl2");
  if (!gl) return "none";
  const extension = gl.getExtension("WEBGL_debug_renderer_info");
  const name: unknown = gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  // Browsers keep only a few contexts alive: this one has served.
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return typeof name === "string" && isSoftwareName(name) ? "software" : "card";
}
