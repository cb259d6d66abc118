/** Whether the hub is still to be asked for one track by its number. Pure. */

/**
 * Once the hub has said that there is no such track, asking again changes nothing until the picture
 * shows it anew. That the picture still shows it is no reason: it may be the old one, without a link.
 */
export class Inquiry {
    #isGone = false;
    #wasHidden = false;

    /** The hub said that there is no such track. */
    denied(): void {
        this.#isGone = true;
        this.#wasHidden = false;
    }

    /** Is the hub to be asked now, while the picture shows the track or does not? */
    mayAsk(isShown: boolean): boolean {
        if (!this.#isGone) return true;
        this.#wasHidden ||= !isShown;
        if (!isShown || !this.#wasHidden) return false;
        this.#isGone = false;
        return true;
    }
}
