/** The tracks on the map: a few instanced WebGL2 calls for all of them, in a canvas of their own. */
import { LABELS } from "../contract";
import { SIGMAS_95 } from "../picture/cues";
import { TRAIL_POINTS, type TrackTable } from "../picture/tracks";
import { GLYPHS, drawAtlas } from "./atlas";
import { ALERTED, TRACK, rgb } from "./colours";
import { FLOATS_PER_TRACK, type Marked, pack } from "./packing";
import type { Plane } from "./plane";
import { type Program, program, texture, uniformPlane } from "./programs";
import {
    MARK_FRAGMENT,
    MARK_VERTEX,
    NAME_FRAGMENT,
    NAME_VERTEX,
    RING_FRAGMENT,
    RING_VERTEX,
    TRAIL_FRAGMENT,
    TRAIL_VERTEX,
} from "./shaders";

// A letter and eight digits, a gap, and two digits of seconds with their sign.
const NAME_GLYPHS = 13;

export class TrackOverlay {
    readonly #gl: WebGL2RenderingContext;
    readonly #canvas: HTMLCanvasElement;
    readonly #table: TrackTable;
    #packed: Float32Array<ArrayBuffer>;
    #count = 0;
    #packed_ms = 0;
    #trails = -1;
    #trailRows = 0;
    #ratio = 0;
    #scale = 1;
    #advance_px = 0;
    #cell: [number, number] = [0, 0];
    readonly #ring: Program;
    readonly #trail: Program;
    readonly #mark: Program;
    readonly #name: Program;
    readonly #instances: WebGLBuffer;
    readonly #trailTexture: WebGLTexture;
    readonly #atlasTexture: WebGLTexture;

    constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext, table: TrackTable) {
        this.#canvas = canvas;
        this.#gl = gl;
        this.#table = table;
        this.#packed = new Float32Array(table.capacity * FLOATS_PER_TRACK);
        this.#ring = program(gl, RING_VERTEX, RING_FRAGMENT);
        this.#trail = program(gl, TRAIL_VERTEX, TRAIL_FRAGMENT);
        this.#mark = program(gl, MARK_VERTEX, MARK_FRAGMENT);
        this.#name = program(gl, NAME_VERTEX, NAME_FRAGMENT);
        this.#instances = gl.createBuffer();
        this.#trailTexture = texture(gl, gl.NEAREST);
        this.#atlasTexture = texture(gl, gl.LINEAR);
        this.#layOut();
        gl.enable(gl.BLEND);
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA); // Colours come premultiplied.
    }

    /** Take what the table holds now; `draw` then moves it along until the next time. */
    take(marked: Marked, now_ms: number): void {
        const wanted = this.#table.capacity * FLOATS_PER_TRACK;
        if (this.#packed.length < wanted) this.#packed = new Float32Array(wanted);
        this.#count = pack(this.#table, marked, now_ms, this.#packed);
        this.#packed_ms = now_ms;
        const gl = this.#gl;
        gl.bindBuffer(gl.ARRAY_BUFFER, this.#instances);
        gl.bufferData(
            gl.ARRAY_BUFFER,
            this.#packed.subarray(0, this.#count * FLOATS_PER_TRACK),
            gl.DYNAMIC_DRAW,
        );
        this.#sendTrails();
    }

    draw(plane: Plane, ratio: number, scale: number, now_ms: number, hasRings: boolean): void {
        this.#scale = scale;
        const gl = this.#gl;
        if (ratio !== this.#ratio) this.#sendAtlas(ratio);
        gl.viewport(0, 0, this.#canvas.width, this.#canvas.height);
        gl.clearColor(0, 0, 0, 0);
        gl.clear(gl.COLOR_BUFFER_BIT);
        if (this.#count === 0) return;
        gl.activeTexture(gl.TEXTURE0);
        if (hasRings) {
            this.#use(this.#ring, plane, ratio, now_ms);
            gl.uniform1f(this.#ring.place("u_sigmas"), SIGMAS_95);
            gl.drawArraysInstanced(gl.TRIANGLES, 0, 6, this.#count);
        }
        this.#use(this.#trail, plane, ratio, now_ms);
        gl.bindTexture(gl.TEXTURE_2D, this.#trailTexture);
        gl.uniform1i(this.#trail.place("u_trails"), 0);
        gl.drawArraysInstanced(gl.TRIANGLES, 0, 6 * TRAIL_POINTS, this.#count);
        this.#use(this.#mark, plane, ratio, now_ms);
        gl.drawArraysInstanced(gl.TRIANGLES, 0, 6, this.#count);
        this.#use(this.#name, plane, ratio, now_ms);
        gl.bindTexture(gl.TEXTURE_2D, this.#atlasTexture);
        gl.uniform1i(this.#name.place("u_atlas"), 0);
        gl.uniform2f(this.#name.place("u_cell"), ...this.#cell);
        gl.uniform1f(this.#name.place("u_advance"), this.#advance_px);
        gl.uniform1f(this.#name.place("u_glyphs"), GLYPHS.length);
        gl.drawArraysInstanced(gl.TRIANGLES, 0, 6 * NAME_GLYPHS, this.#count);
    }

    destroy(): void {
        this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
    }

    #use({ program: which, place }: Program, plane: Plane, ratio: number, now_ms: number): void {
        const gl = this.#gl;
        gl.useProgram(which);
        uniformPlane(gl, place("u_plane"), plane, ratio);
        gl.uniform2f(place("u_size"), this.#canvas.width, this.#canvas.height);
        gl.uniform1f(place("u_since_s"), (now_ms - this.#packed_ms) / 1000);
        gl.uniform1f(place("u_step_s"), this.#table.step_ms / 1000);
        gl.uniform1f(place("u_ratio"), ratio);
        gl.uniform1f(place("u_scale"), this.#scale);
        gl.uniform3fv(place("u_colours"), COLOURS);
    }

    #layOut(): void {
        const gl = this.#gl;
        gl.bindVertexArray(gl.createVertexArray());
        gl.bindBuffer(gl.ARRAY_BUFFER, this.#instances);
        for (let column = 0; column < FLOATS_PER_TRACK / 4; column += 1) {
            gl.enableVertexAttribArray(column);
            gl.vertexAttribPointer(column, 4, gl.FLOAT, false, FLOATS_PER_TRACK * 4, column * 16);
            gl.vertexAttribDivisor(column, 1);
        }
    }

    #sendTrails(): void {
        if (this.#table.trail_version === this.#trails) return;
        this.#trails = this.#table.trail_version;
        const gl = this.#gl;
        const rows = this.#table.capacity;
        gl.bindTexture(gl.TEXTURE_2D, this.#trailTexture);
        const { trail } = this.#table;
        if (rows === this.#trailRows) {
            gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, TRAIL_POINTS, rows, gl.RG, gl.FLOAT, trail);
            return;
        }
        this.#trailRows = rows;
        gl.texImage2D(
            gl.TEXTURE_2D, 0, gl.RG32F, TRAIL_POINTS, rows, 0, gl.RG, gl.FLOAT, trail,
        );
    }

    #sendAtlas(ratio: number): void {
        this.#ratio = ratio;
        const atlas = drawAtlas(ratio);
        this.#advance_px = atlas.advance_px;
        this.#cell = [atlas.cell_width_px, atlas.cell_height_px];
        const gl = this.#gl;
        gl.bindTexture(gl.TEXTURE_2D, this.#atlasTexture);
        gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, atlas.canvas);
        gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    }
}

const COLOURS = new Float32Array(
    [...LABELS.map((label) => TRACK[label]), ALERTED].flatMap((colour) => rgb(colour)),
);
