/** Ties the tones to the picture: loudest of what nobody has and nobody silenced. */
import { useEffect } from "react";

import { sounding, useDesk } from "../desk";
import { sound } from "./tones";

export function useTones(): void {
    const priority = useDesk((state) => (state.isSoundArmed ? sounding(state) : null));
    useEffect(() => {
        sound(priority);
        return () => {
            sound(null);
        };
    }, [priority]);
}
