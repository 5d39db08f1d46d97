// What onnxruntime-web answers, in Node.js and in headless Chromium, both in WebAssembly on one thread. Arguments: the folder that Answers.java left, how many
// images. Beside each ONNX file: its logits as float32 (.node, .chromium), or why there are none (.node.error, .chromium.error).
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const dist = path.dirname(require.resolve("onnxruntime-web"));
const [folder, count] = [process.argv[2], Number(process.argv[3])];
const files = fs.readdirSync(folder, { recursive: true }).filter(file => file.endsWith(".onnx")).sort();

async function answers(ort, file, images, count) {
    const session = await ort.InferenceSession.create(file);
    const pixels = Float32Array.from(images, pixel => Math.fround(pixel / 255));
    const input = new ort.Tensor("float32", pixels, [count, 1, 28, 28]);
    return Array.from((await session.run({ input })).logits.data);
}

function keep(file, runtime, numbers) {
    fs.writeFileSync(path.join(folder, file + "." + runtime), Buffer.from(Float32Array.from(numbers).buffer));
}

async function each(runtime, compute) {
    for (const file of files) {
        try {
            keep(file, runtime, await compute(file));
        } catch (error) {
            fs.writeFileSync(path.join(folder, file + "." + runtime + ".error"), String(error.message ?? error).split("\n")[0] + "\n");
        }
    }
}

const node = await import(path.join(dist, "ort.node.min.mjs"));
node.env.wasm.numThreads = 1;
const images = fs.readFileSync(path.join(folder, "images.u8"));
await each("node", file => answers(node, new Uint8Array(fs.readFileSync(path.join(folder, file))), images, count));

const server = http.createServer((request, response) => {
    const name = new URL(request.url, "http://localhost").pathname;
    const from = name.startsWith("/dist/") ? path.join(dist, name.slice(6)) : name === "/" ? null : path.join(folder, name);
    if (from && !fs.existsSync(from)) {
        response.writeHead(404).end();
        return;
    }
    const type = name.endsWith("js") ? "text/javascript" : name.endsWith(".wasm") ? "application/wasm" : name === "/" ? "text/html" : "application/octet-stream";
    response.writeHead(200, { "content-type": type });
    response.end(from ? fs.readFileSync(from) : "<!doctype html><title>answers</title>");
});
await new Promise(ready => server.listen(0, "127.0.0.1", ready));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run"] });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
await page.evaluate(async source => {
    window.ort = await import("/dist/ort.wasm.min.mjs");
    window.ort.env.wasm.numThreads = 1;
    window.ort.env.wasm.wasmPaths = "/dist/";
    window.answers = new Function("return " + source)();
}, answers.toString());
await each("chromium", file => page.evaluate(async ([file, count]) => {
    const bytes = async name => new Uint8Array(await (await fetch("/" + name)).arrayBuffer());
    return window.answers(window.ort, await bytes(file), await bytes("images.u8"), count);
}, [file, count]));
console.log("Chromium " + browser.version());
await browser.close();
server.close();
