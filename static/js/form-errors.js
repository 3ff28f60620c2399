// After a refused form the list of errors gets the focus, once, so that it is seen and read out.
import { all, ready } from "./ready.js";

ready((root) => all(root, "[data-error-summary]").at(0)?.focus());
