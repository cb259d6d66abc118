/** Can this machine draw the full map, and has it a GPU to do it with? */

export type Graphics = "gpu" | "software" | "none";

// Renderers that draw on the processor name themselves so.
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export function graphicsOf(renderer: string | null): Graphics {
    if (renderer === null) return "none";
    return SOFTWARE.test(renderer) ? "software" : "gpu";
}

/** The name of what draws WebGL2 here, or null where there is none. */
export function rendererName(): string | null {
    const gl = document.createElement("canvas").getContext("webgl2");
    if (gl === null) return null;
    const names = gl.getExtension("WEBGL_debug_renderer_info");
    const name: unknown = gl.getParameter(
        names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL,
    );
    gl.getExtension("WEBGL_lose_context")?.loseContext();
    return typeof name === "string" ? name : "";
}
