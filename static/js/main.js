// One behaviour per module, each bound by data-* attributes and by listeners on the document,
// so that markup swapped in by htmx works without being registered. Without this file every page still works.
import "./once.js";
import "./menus.js";
import "./dialogs.js";
import "./shortcuts.js";
import "./palette.js";
import "./queue.js";
import "./region.js";
import "./row-keys.js";
import "./choose.js";
import "./repeat-lines.js";
import "./typeahead.js";
import "./suggest.js";
import "./mention.js";
import "./draft.js";
import "./drafts.js";
import "./form-errors.js";
import "./upload.js";
import "./toast.js";
import "./progress-line.js";
import "./copy.js";
import "./print.js";
import "./map.js";
