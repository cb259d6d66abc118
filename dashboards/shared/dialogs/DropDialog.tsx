/** There is nothing there: a reason, and a second look at what ends. */
import { request } from "../desk";
import { nameOfTrack } from "../map/track-name";
import { word } from "../words/words";
import { TwoSteps } from "./TwoSteps";

export function DropDialog({ track, close }: { track: number; close: () => void }) {
    const name = nameOfTrack(track);
    return (
        <TwoSteps
            title={word("drop.title", { track: name })}
            what={word("drop.what")}
            label={word("command.reason")}
            hint={word("drop.reason_hint")}
            submit={word("drop.submit", { track: name })}
            close={close}
            send={(reason) => request({ kind: "drop_track", track, reason }, "toast.dropped")}
        >
            <p className="m-0">{word("drop.second", { track: name })}</p>
        </TwoSteps>
    );
}
