import { describe, expect, it } from "vitest";

import { Inquiry } from "./inquiry";

describe("asking the hub for a track", () => {
    it("goes on as long as the hub knows the track, whatever the picture shows", () => {
        const inquiry = new Inquiry();

        expect([true, false, true].map((isShown) => inquiry.mayAsk(isShown))).toEqual([true, true, true]);
    });

    it("stops once the hub has said that there is none", () => {
        const inquiry = new Inquiry();

        inquiry.denied();

        expect([false, false].map((isShown) => inquiry.mayAsk(isShown))).toEqual([false, false]);
    });

    it("does not take a picture that stands still for the return of the track", () => {
        const inquiry = new Inquiry();

        inquiry.denied();

        expect([true, true].map((isShown) => inquiry.mayAsk(isShown))).toEqual([false, false]);
    });

    it("begins again when the picture shows the track anew, and stops again", () => {
        const inquiry = new Inquiry();

        inquiry.denied();

        expect([true, false, true, true].map((isShown) => inquiry.mayAsk(isShown))).toEqual([false, false, true, true]);
        inquiry.denied();
        expect(inquiry.mayAsk(true)).toBe(false);
    });
});
