/** What the GPU runs for tracks: a ring, a trail, a mark, a name; each one call for all tracks. */

import { STALE_MAX_S, STALE_MIN_S } from "../picture/tracks";

/** Read by all: where a track is now, and what colour it has. */
const TRACK = `
layout(location=0) in vec4 a_way;     // from east, from north, to east, to north
layout(location=1) in vec4 a_motion;  // s since it moved, heading, speed, s since measured
layout(location=2) in vec4 a_what;    // label, flags, row, number
layout(location=3) in vec4 a_trail;   // head, count, sigma, unused
uniform mat3 u_plane;                 // site metres to pixels
uniform vec2 u_size;                  // of the canvas, pixels
uniform float u_since_s;              // since the tracks were packed
uniform float u_step_s;               // how long a step lasts
uniform vec3 u_colours[8];            // by label; the last is for alerted ones

vec2 onScreen(vec2 place) {
    vec3 p = u_plane * vec3(place, 1.0);
    return p.xy / p.z;
}

vec4 clip(vec2 pixel) {
    return vec4(pixel.x / u_size.x * 2.0 - 1.0, 1.0 - pixel.y / u_size.y * 2.0, 0.0, 1.0);
}

bool has(int flag) {
    return (int(a_what.y) & flag) != 0;
}

vec2 placeNow() {
    float part = clamp((a_motion.x + u_since_s) / u_step_s, 0.0, 1.0);
    return mix(a_way.xy, a_way.zw, part);
}

vec3 colourNow() {
    return has(16) ? u_colours[7] : u_colours[int(a_what.x)];
}

// A symbol that nobody has seen for a while fades: from one second to eight.
float freshness() {
    return 1.0 - 0.7 * smoothstep(1.0, 8.0, a_motion.w + u_since_s);
}
`;

const HEAD = `#version 300 es
precision highp float;
precision highp int;
const int STALE_MIN_S = ${STALE_MIN_S};
const int STALE_MAX_S = ${STALE_MAX_S};
`;

export const RING_VERTEX = `${HEAD}
${TRACK}
uniform float u_sigmas;               // how many of them the ring is wide
out vec2 v_at;
out vec4 v_colour;

const vec2 CORNERS[6] = vec2[6](
    vec2(-1.0, -1.0), vec2(1.0, -1.0), vec2(1.0, 1.0),
    vec2(-1.0, -1.0), vec2(1.0, 1.0), vec2(-1.0, 1.0));

void main() {
    vec2 corner = CORNERS[gl_VertexID % 6];
    v_at = corner * 1.1;
    gl_Position = clip(onScreen(placeNow() + v_at * a_trail.z * u_sigmas));
    v_colour = vec4(colourNow(), freshness());
}
`;

export const RING_FRAGMENT = `${HEAD}
in vec2 v_at;
in vec4 v_colour;
out vec4 colour;
void main() {
    float distance = length(v_at);
    float soft = max(fwidth(distance), 1e-4);
    float inside = 1.0 - smoothstep(1.0 - soft, 1.0 + soft, distance);
    float edge = 1.0 - smoothstep(0.0, 1.6 * soft, abs(distance - 1.0));
    float alpha = (inside * 0.07 + edge * 0.4) * v_colour.a;
    colour = vec4(v_colour.rgb * alpha, alpha);
}
`;

export const TRAIL_VERTEX = `${HEAD}
precision highp sampler2D;
${TRACK}
uniform sampler2D u_trails;           // a row a track, a ring of places
uniform float u_ratio;
out float v_side;
out vec4 v_colour;

const int POINTS = 20;
const vec2 CORNERS[6] = vec2[6](
    vec2(0.0, -1.0), vec2(1.0, -1.0), vec2(1.0, 1.0),
    vec2(0.0, -1.0), vec2(1.0, 1.0), vec2(0.0, 1.0));

vec2 pointAt(int k) {
    if (k == 0) return placeNow();
    int slot = (int(a_trail.x) - k + 2 * POINTS) % POINTS;
    return texelFetch(u_trails, ivec2(slot, int(a_what.z)), 0).xy;
}

void main() {
    int k = gl_VertexID / 6;
    vec2 corner = CORNERS[gl_VertexID % 6];
    if (k >= int(a_trail.y)) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        return;
    }
    vec2 near = onScreen(pointAt(k));
    vec2 far = onScreen(pointAt(k + 1));
    vec2 along = far - near;
    float length_px = length(along);
    vec2 across = length_px < 0.01 ? vec2(0.0) : vec2(-along.y, along.x) / length_px;
    bool bold = int(a_what.x) != 1 || has(16) || has(256);
    float half_px = (bold ? 1.5 : 1.2) * u_ratio;
    gl_Position = clip(mix(near, far, corner.x) + across * corner.y * half_px);
    v_side = corner.y;
    float fade = 1.0 - (float(k) + corner.x) / float(POINTS + 1);
    v_colour = vec4(colourNow(), fade * freshness() * (bold ? 0.75 : 0.4));
}
`;

export const TRAIL_FRAGMENT = `${HEAD}
in float v_side;
in vec4 v_colour;
out vec4 colour;
void main() {
    float alpha = v_colour.a * (1.0 - smoothstep(0.55, 1.0, abs(v_side)));
    colour = vec4(v_colour.rgb * alpha, alpha);
}
`;

export const MARK_VERTEX = `${HEAD}
${TRACK}
uniform float u_ratio;
uniform float u_scale;               // of symbols
out vec2 v_at;
out vec4 v_colour;
flat out int v_shape;                 // 0 arrow, 1 disc, 2 square
flat out float v_hollow;
flat out float v_claimed;             // no sensor sees it

const vec2 CORNERS[6] = vec2[6](
    vec2(-1.0, -1.0), vec2(1.0, -1.0), vec2(1.0, 1.0),
    vec2(-1.0, -1.0), vec2(1.0, 1.0), vec2(-1.0, 1.0));

void main() {
    vec2 place = placeNow();
    vec2 middle = onScreen(place);
    vec2 ahead = onScreen(place + vec2(sin(a_motion.y), cos(a_motion.y)) * 0.5) - middle;
    vec2 forward = normalize(ahead + vec2(0.0, -1e-4));
    int label = int(a_what.x);
    // Slower than this a heading is noise, and an arrow would lie.
    v_shape = label == 5 ? 2 : (a_motion.z < 0.25 ? 1 : 0);
    float size = (label == 3 ? 10.5 : (label == 4 ? 10.0 : 9.0)) * (has(256) ? 1.2 : u_scale);
    v_at = CORNERS[gl_VertexID % 6] * 1.35;
    vec2 right = vec2(-forward.y, forward.x);
    vec2 turned = v_shape == 0 ? right * v_at.x - forward * v_at.y : v_at;
    gl_Position = clip(middle + turned * size * u_ratio);
    v_colour = vec4(colourNow(), freshness());
    v_claimed = has(1) || has(2) ? 0.0 : 1.0;
    v_hollow = has(2) ? 1.0 : v_claimed;
}
`;

export const MARK_FRAGMENT = `${HEAD}
in vec2 v_at;
in vec4 v_colour;
flat in int v_shape;
flat in float v_hollow;
flat in float v_claimed;
out vec4 colour;

// Distance to the half of an arrow's outline that lies at x >= 0: tip, wing, notch.
float toEdge(vec2 p, vec2 a, vec2 b) {
    vec2 ab = b - a;
    return length(p - a - ab * clamp(dot(p - a, ab) / dot(ab, ab), 0.0, 1.0));
}

float sideOf(vec2 p, vec2 a, vec2 b) {
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

float arrow(vec2 at) {
    vec2 p = vec2(abs(at.x), at.y);
    vec2 tip = vec2(0.0, -1.0);
    vec2 wing = vec2(0.78, 0.92);
    vec2 notch = vec2(0.0, 0.5);
    float distance = min(toEdge(p, tip, wing), toEdge(p, wing, notch));
    bool inside = sideOf(p, tip, wing) > 0.0 && sideOf(p, wing, notch) > 0.0;
    return inside ? -distance : distance;
}

float shape(vec2 p) {
    if (v_shape == 0) return arrow(p);
    if (v_shape == 1) return length(p) - 0.55;
    vec2 q = abs(p) - 0.58;
    return max(q.x, q.y);
}

void main() {
    float distance = shape(v_at);
    float soft = fwidth(distance);
    float outline = 1.0 - smoothstep(0.20 - soft, 0.20 + soft, distance);
    float fill = 1.0 - smoothstep(-soft, soft, distance);
    float core = 1.0 - smoothstep(-soft, soft, distance + 0.16);
    vec3 dark = vec3(0.03, 0.05, 0.08);
    vec3 body = mix(v_colour.rgb, dark, v_hollow * core * 0.8);
    // What is only claimed has a broken outline, as everything suspected has.
    float dash = step(0.45, fract(atan(v_at.y, v_at.x) * 1.27324 + 0.2));
    float alpha = outline * v_colour.a * mix(1.0, max(dash, core * 0.6), v_claimed);
    colour = vec4(mix(dark, body, fill) * alpha, alpha);
}
`;

export const NAME_VERTEX = `${HEAD}
${TRACK}
uniform float u_ratio;
uniform float u_scale;
uniform vec2 u_cell;                  // a glyph's cell, pixels
uniform float u_advance;              // from one glyph to the next, pixels
uniform float u_glyphs;               // cells in the atlas
out vec2 v_uv;
out float v_alpha;

// A name, and behind it the seconds since it was last seen where those are worth a look.
const vec2 CORNERS[6] = vec2[6](
    vec2(0.0, 0.0), vec2(1.0, 0.0), vec2(1.0, 1.0),
    vec2(0.0, 0.0), vec2(1.0, 1.0), vec2(0.0, 1.0));

int digitsOf(int value) {
    int digits = 1;
    for (int rest = value / 10; rest > 0; rest /= 10) digits += 1;
    return digits;
}

// The digit of a value, counted from the left.
int digitAt(int value, int digits, int index) {
    for (int skip = index + 1; skip < digits; skip += 1) value /= 10;
    return value % 10;
}

// The atlas' cell for a place in the text; -1 for none.
int cellAt(int place, int number, int digits, int age, int ageDigits) {
    if (place == 0) return 10 + int(a_what.x);
    if (place <= digits) return digitAt(number, digits, place - 1);
    int behind = place - digits - 2;
    if (age == 0 || behind < 0 || behind > ageDigits) return -1;
    return behind == ageDigits ? int(u_glyphs) - 1 : digitAt(age, ageDigits, behind);
}

void main() {
    int place = gl_VertexID / 6;
    vec2 corner = CORNERS[gl_VertexID % 6];
    int number = int(a_what.w);
    int digits = digitsOf(number);
    int age = int(min(a_motion.w + u_since_s, float(STALE_MAX_S)));
    age = age < STALE_MIN_S ? 0 : age;
    int ageDigits = digitsOf(age);
    int cell = cellAt(place, number, digits, age, ageDigits);
    if (!has(512) || cell < 0) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        return;
    }
    float letters = float(digits + 1 + (age == 0 ? 0 : ageDigits + 2));
    vec2 start = onScreen(placeNow()) + vec2(-u_advance * letters / 2.0, (2.0 + 7.0 * u_scale) * u_ratio);
    // Whole pixels: text between two pixels is a blur.
    vec2 left = floor(start) + vec2(float(place) * u_advance - (u_cell.x - u_advance) / 2.0, 0.0);
    gl_Position = clip(left + corner * u_cell);
    v_uv = vec2((float(cell) + corner.x) / u_glyphs, corner.y);
    // Words fade less than symbols: how old it is must stay readable.
    v_alpha = max(0.72, freshness());
}
`;

export const NAME_FRAGMENT = `${HEAD}
uniform sampler2D u_atlas;
in vec2 v_uv;
in float v_alpha;
out vec4 colour;
void main() {
    colour = texture(u_atlas, v_uv) * v_alpha;
}
`;
