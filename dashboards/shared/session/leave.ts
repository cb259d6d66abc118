/** Signing out: the hub ends the session, and the page forgets the picture. */
import { useDesk } from "../desk";
import { signOut } from "./hub";

export async function leave(): Promise<void> {
    await signOut().catch(() => undefined); // Gone either way: the page forgets.
    useDesk.setState({ session: null, picture: null, selection: null, dialog: null });
}
