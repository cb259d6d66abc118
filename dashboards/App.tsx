/** One page for every screen: sign in, then the control room, the field, or the wall. */
import { useEffect, useState } from "react";

import { ControlRoom } from "./control-room/ControlRoom";
import { Field } from "./field/Field";
import { Kept } from "./field/Kept";
import { attend, useDesk } from "./shared/desk";
import { liveFeed } from "./shared/feed/live";
import { Toasts } from "./shared/parts/Toasts";
import { HubRefusal, currentSession } from "./shared/session/hub";
import { SignIn } from "./shared/session/SignIn";
import { Starting } from "./shared/session/Starting";
import { Wall } from "./wall/Wall";

// Narrower than this, the three columns of the control room would hide each other.
const CONTROL_ROOM_MIN = "(min-width: 900px)";
const RETRY_MS = 2_000;

type Screen = "control-room" | "field" | "wall";

function useScreen(): Screen {
    const [isWide, setWide] = useState(() => matchMedia(CONTROL_ROOM_MIN).matches);
    useEffect(() => {
        const width = matchMedia(CONTROL_ROOM_MIN);
        const listen = () => {
            setWide(width.matches);
        };
        width.addEventListener("change", listen);
        return () => {
            width.removeEventListener("change", listen);
        };
    }, []);
    if (location.pathname.startsWith("/wall")) return "wall";
    return location.pathname.startsWith("/field") || !isWide ? "field" : "control-room";
}

/** Learn who is signed in; while the hub does not answer, ask again. */
function useSessionAtStart(): void {
    useEffect(() => {
        let retry: ReturnType<typeof setTimeout> | undefined;
        const look = async () => {
            try {
                useDesk.setState({ session: await currentSession() });
            } catch (error) {
                if (!(error instanceof HubRefusal)) throw error;
                retry = setTimeout(() => void look(), RETRY_MS);
            }
        };
        void look();
        return () => {
            clearTimeout(retry);
        };
    }, []);
}

function useFeed(name: string | undefined): void {
    useEffect(() => (name === undefined ? undefined : attend(liveFeed())), [name]);
}

export function App() {
    const session = useDesk((state) => state.session);
    const hasPicture = useDesk((state) => state.picture !== null);
    const screen = useScreen();
    useSessionAtStart();
    useFeed(session?.name);

    if (session === undefined) {
        return (
            <>
                <Starting step="hub" />
                {screen === "field" && <Kept />}
            </>
        );
    }
    if (session === null) return <SignIn />;
    if (!hasPicture) return <Starting step="picture" />;
    return (
        <>
            {screen === "control-room" && <ControlRoom />}
            {screen === "field" && <Field />}
            {screen === "wall" && <Wall />}
            <Toasts />
        </>
    );
}
