/** What the GPU runs for what lies on the ground as a raster: who looks where, and the crowd. */
import { BANDS, DENSITY_MAX } from "../picture/crowd";

const HEAD = `#version 300 es
precision highp float;
`;

/** A raster's four corners on the ground; in perspective its cells shrink as the ground does. */
export const FIELD_VERTEX = `${HEAD}
uniform mat3 u_plane;                 // site metres to pixels
uniform vec2 u_size;                  // of the canvas, pixels
uniform vec2 u_low;                   // south-west corner, metres
uniform vec2 u_extent;                // metres
out vec2 v_uv;

const vec2 CORNERS[6] = vec2[6](
    vec2(0.0, 0.0), vec2(1.0, 0.0), vec2(1.0, 1.0),
    vec2(0.0, 0.0), vec2(1.0, 1.0), vec2(0.0, 1.0));

void main() {
    v_uv = CORNERS[gl_VertexID % 6];
    vec3 p = u_plane * vec3(u_low + v_uv * u_extent, 1.0);
    gl_Position = vec4(p.x / u_size.x * 2.0 - p.z, p.z - p.y / u_size.y * 2.0, 0.0, p.z);
}
`;

/** Dark and hatched where nobody would be seen: the hatch keeps its size at any zoom. */
export const COVERAGE_FRAGMENT = `${HEAD}
uniform sampler2D u_field;
uniform float u_ratio;                // device pixels to a CSS pixel
in vec2 v_uv;
out vec4 colour;

void main() {
    float seen = texture(u_field, v_uv).r;
    float dark = 1.0 - smoothstep(0.1, 0.8, seen);
    float blind = 1.0 - smoothstep(0.2, 0.45, seen);
    vec2 at = gl_FragCoord.xy / u_ratio;
    float stripe = abs(fract((at.x - at.y) / 8.0) - 0.5) * 8.0;
    float line = (1.0 - smoothstep(0.35, 1.05, stripe)) * blind * 0.34;
    float shade = dark * 0.5;
    vec3 grey = vec3(0.60, 0.66, 0.74);
    colour = vec4(grey * line, line + shade * (1.0 - line));
}
`;

/** The crowd in bands of density; stippled where people cannot be told apart, barred where pressed. */
export const CROWD_FRAGMENT = `${HEAD}
const int BANDS = ${BANDS.length};
uniform sampler2D u_field;            // density, lost, pressed, present
uniform float u_ratio;
uniform float u_thin;                 // 1: also where people can be told apart
uniform float u_from[BANDS];
uniform vec4 u_colours[BANDS];
in vec2 v_uv;
out vec4 colour;

void main() {
    vec4 cell = texture(u_field, v_uv);
    float density = cell.r * ${DENSITY_MAX.toFixed(1)};
    float lost = smoothstep(0.35, 0.65, cell.g);
    vec4 tint = vec4(0.0);
    for (int i = 0; i < BANDS; i += 1) {
        float soft = 0.06 * u_from[i];
        tint = mix(tint, u_colours[i], smoothstep(u_from[i] - soft, u_from[i] + soft, density));
    }
    // Too dense to tell apart is said even where it is not dense: a bad sensor loses people sooner.
    tint = mix(tint, max(tint, u_colours[0]), lost);
    float alpha = tint.a * max(lost, u_thin);
    vec2 at = gl_FragCoord.xy / u_ratio;
    vec2 speck = fract(at / 7.0 + vec2(0.5 * mod(floor(at.y / 7.0), 2.0), 0.0)) - 0.5;
    float stipple = (1.0 - smoothstep(0.13, 0.26, length(speck))) * lost;
    float bars = (1.0 - smoothstep(0.6, 1.5, abs(fract((at.x + at.y) / 10.0) - 0.5) * 10.0))
        * smoothstep(0.4, 0.6, cell.b);
    float edge = (1.0 - smoothstep(0.0, 0.5, abs(lost - 0.5))) * step(0.01, lost) * step(lost, 0.99);
    vec3 body = mix(tint.rgb, vec3(0.93, 0.96, 1.0), 0.55 * stipple);
    alpha = max(alpha, max(0.5 * stipple, 0.8 * edge));
    body = mix(body, vec3(0.93, 0.96, 1.0), 0.7 * edge);
    body = mix(body, vec3(1.0, 0.3, 0.3), bars);
    alpha = max(alpha, 0.85 * bars);
    colour = vec4(body * alpha, alpha);
}
`;
