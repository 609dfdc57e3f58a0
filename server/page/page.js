// Sends the forms of the page without loading it again, and shows what is given while it is given. The server renders
// everything: this script only replaces elements by those of an answer, which it never turns into HTML from text.

const form = document.getElementById("ask");
const answer = document.getElementById("answer");
const busy = document.getElementById("busy");

/** How long to wait for the next character before an input is recognized, in milliseconds. */
const PAUSE = 300;

/** Sends a form, and returns the document of the response. */
function send(path, body, signal) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open("POST", path);
        request.responseType = "document";
        request.onload = () => (request.response ? resolve(request.response) : reject(new Error("no document")));
        request.onerror = () => reject(new Error("no answer"));
        signal?.addEventListener("abort", () => request.abort());
        request.send(body);
    });
}

/** Puts the children of an element of another document, or nothing, in the place of those of the same element here. */
function replaceChildren(id, other) {
    const theirs = other?.getElementById(id);
    document.getElementById(id).replaceChildren(...(theirs ? document.adoptNode(theirs).childNodes : []));
}

// The answer

function show(nodes) {
    answer.classList.remove("stale");
    answer.replaceChildren(...nodes);
    const title = document.getElementById("answer-title");
    title?.focus({ preventScroll: true });
    const place = title?.getBoundingClientRect();
    // On a narrow screen, the answer is below the form.
    if (place && (place.top < 0 || place.bottom > window.innerHeight / 2)) title.scrollIntoView();
}

function failure() {
    const title = document.createElement("h2");
    title.id = "answer-title";
    title.tabIndex = -1;
    title.textContent = "No answer";
    const words = document.createElement("p");
    words.textContent = "The server did not answer. It may have been stopped, or a file may have changed since it was chosen.";
    const box = document.createElement("div");
    box.className = "verdict incomplete";
    box.append(title, words);
    return box;
}

let asking;

form.addEventListener("submit", async (event) => {
    event.preventDefault();
    asking?.abort();
    const mine = (asking = new AbortController());
    busy.textContent = "Verifying ...";
    let nodes;
    try {
        const page = await send("/page/answer", new FormData(form), mine.signal);
        const theirs = page.getElementById("answer");
        document.title = page.title;
        nodes = [...document.adoptNode(theirs).childNodes];
    } catch {
        nodes = [failure()];
    }
    if (mine.signal.aborted) return;
    busy.textContent = "";
    show(nodes);
});

/** Says that the answer is not about what the form has now. */
function outdate() {
    if (answer.classList.contains("stale") || !answer.querySelector(".verdict")) return;
    answer.classList.add("stale");
    const words = document.createElement("p");
    words.className = "changed";
    words.textContent = "The form has changed since this answer.";
    answer.prepend(words);
}

// What is given

const looking = new Map();

/** Shows what a part is recognized as, and for the key, the algorithms that it can have. */
async function look(name) {
    looking.get(name)?.abort();
    const mine = new AbortController();
    looking.set(name, mine);
    const all = new FormData(form);
    const some = new FormData();
    for (const [key, value] of all) {
        if (key.startsWith(name) || key === "message_type" || key === "algorithm") some.append(key, value);
        if (name === "public_key" && key === "ring_key") some.append(key, value);
    }
    try {
        const page = await send("/page/look", some, mine.signal);
        if (mine.signal.aborted) return;
        replaceChildren(`look-${name}`, page);
        if (name === "public_key") {
            // What was chosen meanwhile stays.
            const algorithm = document.getElementById("algorithm");
            const chosen = algorithm.value;
            replaceChildren("algorithm", page);
            algorithm.value = chosen;
        }
    } catch {
        replaceChildren(`look-${name}`);
    }
}

for (const name of ["public_key", "message", "signature"]) {
    const part = document.getElementById(`part-${name}`);
    const file = document.getElementById(`${name}_file`);
    const remove = part.querySelector(".remove");
    let timer;

    const changed = (wait) => {
        remove.hidden = file.files.length === 0;
        part.querySelector(".again")?.remove();
        clearTimeout(timer);
        timer = setTimeout(look, wait, name);
    };
    part.addEventListener("input", () => changed(PAUSE));
    remove.addEventListener("click", () => {
        file.value = "";
        file.focus();
        changed(0);
        outdate();
    });

    // Files may be dropped on the whole part.
    let depth = 0;
    const over = (inside) => {
        depth = Math.max(0, depth + (inside ? 1 : -1));
        part.classList.toggle("over", depth > 0);
    };
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    part.addEventListener("dragenter", (event) => hasFiles(event) && over(true));
    part.addEventListener("dragleave", (event) => hasFiles(event) && over(false));
    part.addEventListener("drop", (event) => {
        depth = 0;
        part.classList.remove("over");
        if (!hasFiles(event)) return;
        event.preventDefault();
        const one = new DataTransfer();
        if (event.dataTransfer.files.length > 0) one.items.add(event.dataTransfer.files[0]);
        file.files = one.files;
        changed(0);
        outdate();
    });

    // What a browser kept from before.
    if (file.files.length > 0 || document.getElementById(`${name}_text`).value !== "") changed(0);
}

// A file that is dropped beside a part is not opened in place of the page.
for (const type of ["dragover", "drop"]) {
    window.addEventListener(type, (event) => {
        if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
}

form.addEventListener("input", (event) => {
    if (event.target.name !== "tongue") outdate();
});
document.getElementById("message_type").addEventListener("change", () => look("message"));

// To answer from any field: Ctrl or Command and Enter.
form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

document.documentElement.classList.add("js");
