/** Where the page begins: the address says which screen. */
import "./styles.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App";
import { keepPage } from "./field/keep-page";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(
    <StrictMode>
        <App />
    </StrictMode>,
);
keepPage();
