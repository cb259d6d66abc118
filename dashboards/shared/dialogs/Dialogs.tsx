/** Whichever dialog is open. */
import { open, useDesk } from "../desk";
import { ClearDialog } from "./ClearDialog";
import { ConfirmDialog } from "./ConfirmDialog";
import { KeysDialog } from "./KeysDialog";
import { OrderDialog } from "./OrderDialog";
import { ShelveDialog } from "./ShelveDialog";

export function Dialogs() {
    const dialog = useDesk((state) => state.dialog);
    const close = () => {
        open(null);
    };
    switch (dialog?.kind) {
        case undefined:
            return null;
        case "shelve":
            return <ShelveDialog alert={dialog.alert} close={close} />;
        case "clear":
            return <ClearDialog alert={dialog.alert} close={close} />;
        case "confirm":
            return <ConfirmDialog command={dialog.command} close={close} />;
        case "order":
            return <OrderDialog actuator={dialog.actuator} action={dialog.action} close={close} />;
        case "keys":
            return <KeysDialog close={close} />;
    }
}
