/** What every drawing on the GPU starts from: a program, a texture, the plane of the ground. */
import type { Plane } from "./plane";

export interface Program {
    program: WebGLProgram;
    place(name: string): WebGLUniformLocation | null;
}

export function program(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
    const made = gl.createProgram();
    for (const [kind, source] of [
        [gl.VERTEX_SHADER, vertex],
        [gl.FRAGMENT_SHADER, fragment],
    ] as const) {
        const shader = gl.createShader(kind);
        if (shader === null) throw new Error("the graphics context is lost");
        gl.shaderSource(shader, source);
        gl.compileShader(shader);
        gl.attachShader(made, shader);
        if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) !== true) {
            throw new Error(`a shader does not compile: ${gl.getShaderInfoLog(shader) ?? ""}`);
        }
    }
    gl.linkProgram(made);
    const places = new Map<string, WebGLUniformLocation | null>();
    return {
        program: made,
        place(name) {
            const known = places.get(name);
            if (known !== undefined) return known;
            const found = gl.getUniformLocation(made, name);
            places.set(name, found);
            return found;
        },
    };
}

export function texture(gl: WebGL2RenderingContext, filter: number): WebGLTexture {
    const made = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, made);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return made;
}

/** Give a shader the way from metres to device pixels. */
export function uniformPlane(
    gl: WebGL2RenderingContext,
    place: WebGLUniformLocation | null,
    plane: Plane,
    ratio: number,
): void {
    // Rows of the plane in CSS pixels; the canvas counts device pixels. GL wants columns.
    const [a, b, c, d, e, f, g, h, i] = plane;
    gl.uniformMatrix3fv(place, false, [
        a * ratio, d * ratio, g,
        b * ratio, e * ratio, h,
        c * ratio, f * ratio, i,
    ]);
}
