/** What lies on the ground as a raster, between the plan's layers: one texture and one quad each. */
import type { CustomLayerInterface } from "maplibre-gl";

import { BANDS, rasterOf } from "../picture/crowd";
import { isWhole } from "../picture/coverage";
import type { Coverage, Crowd } from "../picture/views";
import { BAND, rgb } from "./colours";
import { COVERAGE_FRAGMENT, CROWD_FRAGMENT, FIELD_VERTEX } from "./field-shaders";
import { type Plane, facing } from "./plane";
import { type Program, program, texture, uniformPlane } from "./programs";

/** What is to be shown now; asked for at each drawing. */
export interface Fields {
    plane: Plane;
    coverage: Coverage | null;
    crowd: Crowd | null;
    /** Is the crowd also shown where people can be told apart? */
    isThinShown: boolean;
}

interface Sent {
    of: Coverage | Crowd;
    texture: WebGLTexture;
    low: readonly [number, number];
    extent: readonly [number, number];
}

export class FieldLayer implements CustomLayerInterface {
    readonly id = "fields";
    readonly type = "custom";
    readonly renderingMode = "2d";
    readonly #fields: () => Fields;
    #coverage: Sent | null = null;
    #crowd: Sent | null = null;
    #programs: { coverage: Program; crowd: Program; vertices: WebGLVertexArrayObject } | null = null;

    constructor(fields: () => Fields) {
        this.#fields = fields;
    }

    onAdd(_map: unknown, gl: WebGL2RenderingContext): void {
        this.#programs = {
            coverage: program(gl, FIELD_VERTEX, COVERAGE_FRAGMENT),
            crowd: program(gl, FIELD_VERTEX, CROWD_FRAGMENT),
            // The corners are counted, not sent: an empty list of attributes will do.
            vertices: gl.createVertexArray(),
        };
    }

    render(gl: WebGL2RenderingContext): void {
        const programs = this.#programs;
        if (programs === null) return;
        const { plane, coverage, crowd, isThinShown } = this.#fields();
        gl.activeTexture(gl.TEXTURE0);
        gl.bindVertexArray(programs.vertices);
        gl.disable(gl.DEPTH_TEST);
        gl.disable(gl.STENCIL_TEST);
        gl.enable(gl.BLEND);
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA); // Colours come premultiplied.
        this.#coverage = keep(gl, this.#coverage, coverage, sendCoverage);
        this.#crowd = keep(gl, this.#crowd, crowd, sendCrowd);
        if (this.#coverage !== null) draw(gl, programs.coverage, this.#coverage, plane);
        if (this.#crowd !== null) {
            gl.useProgram(programs.crowd.program);
            gl.uniform1f(programs.crowd.place("u_thin"), isThinShown ? 1 : 0);
            gl.uniform1fv(programs.crowd.place("u_from"), FROM);
            gl.uniform4fv(programs.crowd.place("u_colours"), COLOURS);
            draw(gl, programs.crowd, this.#crowd, plane);
        }
        gl.bindVertexArray(null);
    }
}

const FROM = new Float32Array(BANDS.map(({ from }) => from));
const COLOURS = new Float32Array(
    BANDS.flatMap(({ name }) => [...rgb(BAND[name].colour), BAND[name].strength]),
);

// A raster is sent when it is another one, and forgotten when there is none.
function keep<View extends Coverage | Crowd>(
    gl: WebGL2RenderingContext,
    sent: Sent | null,
    view: View | null,
    send: (gl: WebGL2RenderingContext, view: View) => Sent | null,
): Sent | null {
    if (sent?.of === view) return sent;
    if (sent !== null) gl.deleteTexture(sent.texture);
    return view === null ? null : send(gl, view);
}

function sendCoverage(gl: WebGL2RenderingContext, coverage: Coverage): Sent | null {
    if (!isWhole(coverage)) return null;
    const { columns, rows, cell_m, low, probability } = coverage;
    const made = bound(gl);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, columns, rows, 0, gl.RED, gl.UNSIGNED_BYTE, probability);
    return {
        of: coverage,
        texture: made,
        low: [low.east_m, low.north_m],
        extent: [columns * cell_m, rows * cell_m],
    };
}

function sendCrowd(gl: WebGL2RenderingContext, crowd: Crowd): Sent | null {
    const raster = rasterOf(crowd);
    if (raster === null) return null;
    const { columns, rows, cell_m, low, bytes } = raster;
    const made = bound(gl);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, columns, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    return {
        of: crowd,
        texture: made,
        low: [low.east_m, low.north_m],
        extent: [columns * cell_m, rows * cell_m],
    };
}

// The map's own drawing leaves these as it likes; rows of bytes are packed and the right way up.
function bound(gl: WebGL2RenderingContext): WebGLTexture {
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    return texture(gl, gl.LINEAR);
}

function draw(gl: WebGL2RenderingContext, which: Program, sent: Sent, plane: Plane): void {
    const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
    const css_px = gl.canvas instanceof HTMLCanvasElement ? gl.canvas.clientWidth : width;
    const ratio = width / Math.max(1, css_px);
    gl.useProgram(which.program);
    gl.bindTexture(gl.TEXTURE_2D, sent.texture);
    gl.uniform1i(which.place("u_field"), 0);
    uniformPlane(gl, which.place("u_plane"), facing(plane, css_px, height / ratio), ratio);
    gl.uniform2f(which.place("u_size"), width, height);
    gl.uniform1f(which.place("u_ratio"), ratio);
    gl.uniform2f(which.place("u_low"), ...sent.low);
    gl.uniform2f(which.place("u_extent"), ...sent.extent);
    gl.drawArrays(gl.TRIANGLES, 0, 6);
}
