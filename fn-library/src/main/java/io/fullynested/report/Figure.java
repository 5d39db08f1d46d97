package io.fullynested.report;

/**
 * A drawing.
 *
 * @param name   of its file, without an ending
 * @param title  what it shows, in a sentence
 * @param width  in pixels
 * @param height in pixels
 * @param body   SVG elements, styled by the classes of {@code figure.css}
 */
record Figure(String name, String title, double width, double height, String body) {

    /** As an element of an HTML page that has the style. */
    String inline() {
        return svg().toString();
    }

    /** As a file of its own. */
    String file(String style) {
        return new Markup().open("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", viewBox(), "width", width, "height", height,
                "class", "figure").text("title", title).text("style", style).leaf("rect", "class", "paper", "width", width, "height", height)
                .add(body).close().toString();
    }

    private Markup svg() {
        return new Markup().open("svg", "viewBox", viewBox(), "width", width, "height", height, "class", "figure", "role", "img",
                "aria-label", title).add(body).close();
    }

    private String viewBox() {
        return "0 0 " + Markup.number(width) + " " + Markup.number(height);
    }
}
