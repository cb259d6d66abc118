/** Keep the map with what is selected, or let it go. */
import type { Action } from "./action";

export const follow: Action = {
    key: "f",
    label: "action.follow",
    isAllowed: ({ selection, placeOf }) => selection !== null && placeOf(selection) !== null,
    perform: ({ follow: setFollowing, isFollowing }) => {
        setFollowing(!isFollowing);
    },
};
